// What keeps racoon from reading its configuration, and what it is told to log.

#include "checks.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::doctor {
namespace {

using rules::Cause;

constexpr std::string_view parse_failure =
    "ERROR: fatal parse failure (1 errors), behind a line with file and line number; racoon ends";

std::string quoted(std::string_view text) { return '`' + std::string(text) + '`'; }

struct Words {
  std::string_view check;
  std::string what;
  std::string_view log;
  std::string remedy;
};

Words words_for_include(const Complaint& complaint) {
  switch (complaint.mistake) {
    case Mistake::include_missing:
      return {"conf-include", "No file fits the pattern of this `include`: " + complaint.detail,
              "ERROR: glob found no matches for path", "Create the file, correct the pattern, or take the line out."};
    case Mistake::include_unread:
      return {"conf-include", "An included file cannot be read: " + complaint.detail, "ERROR: failed to open file",
              "Make it a file that racoon's user may read."};
    case Mistake::include_relative:
      return {"conf-include",
              "The path of this `include` is relative, and no `path include` stands before it: " + complaint.detail,
              "ERROR: glob found no matches for path", "Write the whole path, or put `path include \"/etc/racoon\";` before it."};
    default:
      return {"conf-include-depth", "The includes are nested too deeply; a file may include itself.",
              "ERROR: Includes nested too deeply", "Nest at most nine levels, and let no file include itself."};
  }
}

Words words_for(const Complaint& complaint) {
  switch (complaint.mistake) {
    case Mistake::open_quote:
      return {"conf-quote", "A string that begins here has no closing quote on its line.", parse_failure, "Close it with `\"`."};
    case Mistake::open_brace:
      return {"conf-brace", "The block of this " + quoted(complaint.detail) + " is not closed.", parse_failure,
              "Add `}` where it ends."};
    case Mistake::stray_brace:
      return {"conf-brace", "This `}` closes nothing.", parse_failure, "Take it out, or find the `{` that is missing before it."};
    case Mistake::missing_end:
      return {"conf-semicolon", "The statement " + quoted(complaint.detail) + " has no `;` at its end.", parse_failure,
              "Add `;` here."};
    case Mistake::nested_too_deep:
      return {"conf-brace", "Blocks are nested more deeply than racoon.conf knows.", parse_failure,
              "Close the blocks before it."};
    default:
      return words_for_include(complaint);
  }
}

void add_complaint(Context& context, const Complaint& complaint) {
  const Words words = words_for(complaint);
  context.add({Severity::error, words.check, context.at(complaint.at), words.what, std::string(words.log), words.remedy,
               Cause::config_error});
}

/// A file has one missing brace or one endless include, whatever follows from it.
void check_structure(Context& context) {
  const Subject subject(context, "quotes, braces and includes of racoon.conf");
  std::vector<std::pair<Mistake, std::uint32_t>> told;
  for (const Complaint& complaint : context.conf.complaints) {
    const bool repeats = complaint.mistake == Mistake::include_nested || complaint.mistake == Mistake::nested_too_deep;
    const auto key = std::pair(complaint.mistake, repeats ? 0 : complaint.at.file);
    if (repeats && std::find(told.begin(), told.end(), key) != told.end()) continue;
    told.push_back(key);
    add_complaint(context, complaint);
  }
}

void check_word(Context& context, const Statement& statement, std::string_view scope) {
  const Word& word = statement.words.front();
  if (word.quoted || is_keyword(scope, word.text)) return;
  const auto near = nearest(word.text, keywords_of(scope));
  const std::string where = scope.empty() ? std::string("racoon.conf") : "a block " + quoted(scope);
  context.add({Severity::warning, "conf-word", context.at(word.at), quoted(word.text) + " begins no statement of " + where + '.',
               std::string(parse_failure),
               near.empty() ? "Take it out, or comment it out with `#`." : "Did you mean " + quoted(near) + '?',
               Cause::config_error});
}

/// Words that must be followed by a string in quotes.
bool wants_string(std::string_view scope, const Statement& statement, std::size_t& index) {
  const auto what = statement.word(0);
  if (scope.empty() && what == "path") index = 2;
  if (scope.empty() && what == "include") index = 1;
  if (scope == "remote" && (what == "certificate_type" || what == "ca_type")) index = 2;
  if (scope == "remote" && what == "script") index = 1;
  return index != 0;
}

void check_string(Context& context, const Statement& statement, std::string_view scope) {
  std::size_t index = 0;
  if (!wants_string(scope, statement, index)) return;
  if (index < statement.words.size() && statement.words[index].quoted) return;
  context.add({Severity::error, "conf-quote", context.at(statement.at),
               quoted(statement.word(0)) + " takes its file name in quotes.", std::string(parse_failure),
               "Put the name between `\"` and `\"`.", Cause::config_error});
}

void check_words(Context& context, const std::vector<Statement>& statements, std::string_view scope) {
  if (keywords_of(scope).empty()) return;  // radiuscfg and ldapcfg hold passwords: nothing in there is for showing
  for (const Statement& statement : statements) {
    if (statement.words.empty() || context.conf.torn[statement.at.file]) continue;
    check_word(context, statement, scope);
    check_string(context, statement, scope);
    if (statement.has_block) check_words(context, statement.block, statement.word(0));
  }
}

void check_log_level(Context& context) {
  const Subject subject(context, "log level");
  if (context.settings.log_levels.empty()) return;
  const Word& level = context.settings.log_levels.back();
  if (level.text == "notify" || level.text == "warning" || level.text == "error") {
    context.add(
        {Severity::warning, "log-level", context.at(level.at),
         "`log " + level.text + ";` hides that tunnels come up, expire and die: racoon 0.7 and later tell that at level INFO.",
         "nothing when a tunnel comes up or goes down", "Write `log info;`, and restart racoon.", Cause::none});
  }
  if (level.text == "debug2") {
    context.add({Severity::hint, "log-secrets", context.at(level.at), "At `log debug2;` the log holds the pre-shared keys.",
                 "DEBUG2: psk: and its bytes", "Write `log info;`, or `log debug;` while you look for a fault.", Cause::none});
  }
}

void check_timers(Context& context) {
  const Subject subject(context, "timers");
  for (const Timer& timer : context.settings.timers) {
    if (timer.value != 0 || timer.name == "natt_keepalive") continue;
    context.add({Severity::warning, "timer-zero", context.at(timer.at),
                 "The timer " + quoted(timer.name) + " is 0: no negotiation lives that long.",
                 "ERROR: phase1 negotiation failed due to time up.",
                 "Give it a value, or take the line out for racoon's default.", Cause::config_error});
  }
}

}  // namespace

void check_syntax(Context& context) {
  check_structure(context);
  const Subject subject(context, "words of racoon.conf");
  check_words(context, context.conf.statements, {});
}

void check_logging(Context& context) {
  check_log_level(context);
  check_timers(context);
}

}  // namespace ikewatch::doctor
