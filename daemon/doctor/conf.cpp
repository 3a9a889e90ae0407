#include "conf.hpp"

#include <algorithm>

namespace ikewatch::doctor {
namespace {

constexpr std::size_t max_block_depth = 8;                  // racoon knows two: remote { proposal { } }
constexpr std::size_t max_conf_bytes = 4 * max_file_bytes;  // of all files together

/// A word that begins a statement of the file itself and none inside a block.
bool only_at_the_top(std::string_view word) {
  constexpr std::string_view words[] = {"privsep",   "path",    "log",   "padding", "listen",
                                        "radiuscfg", "ldapcfg", "timer", "sainfo",  "remote"};
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

class Reader {
 public:
  explicit Reader(const Files& disk) : disk_(disk) {}

  void file(const std::string& path, const std::string& text, std::size_t depth) {
    const auto number = static_cast<std::uint32_t>(conf.files.size());
    conf.files.push_back(path);
    open_files_.push_back(number);
    bytes_ += text.size();
    const Tokens tokens = tokens_of(text, number);
    conf.torn.push_back(!tokens.open_quotes.empty());
    for (const At at : tokens.open_quotes) complain(Mistake::open_quote, at);
    std::vector<Statement> open;  // blocks that are not closed yet
    Statement now;
    for (const Token& token : tokens.list) take(token, open, now, depth);
    if (!now.words.empty()) complain(Mistake::missing_end, now.words.back().at, std::string(now.word(0)));
    if (!now.words.empty()) finish(std::move(now), open, depth);
    while (!open.empty()) close_unclosed(open, depth);
    open_files_.pop_back();
  }

  Conf conf;

 private:
  void complain(Mistake mistake, At at, std::string detail = {}) {
    if (conf.complaints.size() < max_complaints) conf.complaints.push_back({mistake, at, std::move(detail)});
  }

  void take(const Token& token, std::vector<Statement>& open, Statement& now, std::size_t depth) {
    switch (token.kind) {
      case TokenKind::end:
        if (!now.words.empty()) finish(std::move(now), open, depth);
        now = {};
        return;
      case TokenKind::open:
        return begin_block(token, open, now);
      case TokenKind::close:
        return end_block(token, open, now, depth);
      default:
        return add_word(token, open, now, depth);
    }
  }

  static std::string_view scope_of(const std::vector<Statement>& open) {
    return open.empty() ? std::string_view{} : open.back().word(0);
  }

  /// A line that begins with a keyword begins a statement, whether or not the one before was ended.
  void add_word(const Token& token, std::vector<Statement>& open, Statement& now, std::size_t depth) {
    const bool fresh_line = now.words.empty() || now.words.back().at.line < token.at.line;
    const bool plain = token.kind == TokenKind::word;
    const bool of_the_top = plain && fresh_line && only_at_the_top(token.text) && !open.empty();
    if (plain && fresh_line && !now.words.empty() && (of_the_top || is_keyword(scope_of(open), token.text))) {
      complain(Mistake::missing_end, now.words.back().at, std::string(now.word(0)));
      finish(std::move(now), open, depth);
      now = {};
    }
    if (of_the_top && now.words.empty()) {
      while (!open.empty()) close_unclosed(open, depth);
    }
    if (now.words.empty()) now.at = token.at;
    now.words.push_back({std::string(token.text), token.kind == TokenKind::quoted, token.at});
  }

  void begin_block(const Token& token, std::vector<Statement>& open, Statement& now) {
    if (open.size() == max_block_depth) return complain(Mistake::nested_too_deep, token.at);
    if (now.words.empty()) now.at = token.at;
    now.has_block = true;
    open.push_back(std::move(now));
    now = {};
  }

  void end_block(const Token& token, std::vector<Statement>& open, Statement& now, std::size_t depth) {
    if (!now.words.empty()) {
      complain(Mistake::missing_end, now.words.back().at, std::string(now.word(0)));
      finish(std::move(now), open, depth);
      now = {};
    }
    if (open.empty()) return complain(Mistake::stray_brace, token.at);
    close(open, depth);
  }

  void close(std::vector<Statement>& open, std::size_t depth) {
    Statement done = std::move(open.back());
    open.pop_back();
    finish(std::move(done), open, depth);
  }

  void close_unclosed(std::vector<Statement>& open, std::size_t depth) {
    complain(Mistake::open_brace, open.back().at, std::string(open.back().word(0)));
    close(open, depth);
  }

  void finish(Statement statement, std::vector<Statement>& open, std::size_t depth) {
    if (!open.empty()) return open.back().block.push_back(std::move(statement));
    if (statement.word(0) == "path" && statement.word(1) == "include") include_path_ = statement.word(2);
    if (statement.word(0) == "include" && statement.words.size() > 1) return include(statement, depth);
    conf.statements.push_back(std::move(statement));
  }

  void include(const Statement& statement, std::size_t depth) {
    const std::string name(statement.word(1));
    if (name.empty() || (name.front() != '/' && name.front() != '~' && include_path_.empty())) {
      return complain(Mistake::include_relative, statement.words[1].at, name);
    }
    if (depth + 1 >= max_include_depth || conf.files.size() >= max_conf_files || bytes_ > max_conf_bytes) {
      return complain(Mistake::include_nested, statement.words[1].at, name);
    }
    const std::string pattern = name.front() == '~' ? name : joined(include_path_, name);
    const auto found = disk_.matching(pattern);
    if (found.empty()) complain(Mistake::include_missing, statement.words[1].at, pattern);
    for (const std::string& path : found) include_file(statement.words[1].at, path, depth);
  }

  void include_file(At at, const std::string& path, std::size_t depth) {
    if (conf.files.size() >= max_conf_files || bytes_ > max_conf_bytes) return;
    const bool loops =
        std::any_of(open_files_.begin(), open_files_.end(), [&](auto number) { return conf.files[number] == path; });
    if (loops) return complain(Mistake::include_nested, at, path);
    const FileText content = disk_.read(path);
    if (!content.read()) return complain(Mistake::include_unread, at, disk_.shown(path) + ": " + content.status.why);
    file(path, content.text, depth + 1);
  }

  const Files& disk_;
  std::vector<std::uint32_t> open_files_;  // that include each other
  std::string include_path_;
  std::size_t bytes_ = 0;
};

}  // namespace

Conf read_conf(const Files& disk, const std::string& path, const std::string& text) {
  Reader reader(disk);
  reader.file(path, text, 0);
  return std::move(reader.conf);
}

}  // namespace ikewatch::doctor
