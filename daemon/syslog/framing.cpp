#include <ikewatch/base/text.hpp>
#include <ikewatch/syslog/framing.hpp>

#include <algorithm>
#include <utility>

namespace ikewatch::syslog {
namespace {

/// More digits are no length: a stream that is out of step must not make us skip gigabytes.
constexpr std::size_t longest_count = 7;

enum class Head : std::uint8_t { counted, line, open };

/// Whether the bytes at the begin of a frame are `123 <`, are not, or may still become it.
Head judge(std::string_view head) {
  if (head.empty()) return Head::open;
  if (head.front() == '0') return Head::line;
  std::size_t digits = 0;
  while (digits < head.size() && is_digit(head[digits])) ++digits;
  if (digits == 0 || digits > longest_count) return Head::line;
  if (digits == head.size()) return Head::open;
  if (head[digits] != ' ') return Head::line;
  if (digits + 1 == head.size()) return Head::open;
  return head[digits + 1] == '<' ? Head::counted : Head::line;
}

std::size_t line_end(std::string_view bytes) {
  const auto feed = bytes.find('\n');
  const auto nul = bytes.substr(0, feed).find('\0');
  return nul != std::string_view::npos ? nul : feed;
}

constexpr std::size_t longest_pri = 5;  // `<191>`

struct Opener {
  bool possible = false;  // the text may be, or become, `123 <30>`
  std::size_t count = 0;  // 0: not yet whole
  std::string_view pri{};
};

Opener judge_opener(std::string_view text, std::size_t longest_frame) {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits == 0 || digits > longest_count || text.front() == '0') return {};
  const auto rest = text.substr(digits);
  if (rest.empty() || rest == " " || rest == " <") return {true};
  if (!rest.starts_with(" <")) return {};
  const auto pri = rest.substr(1);
  const auto number = pri.substr(1, pri.find('>') - 1);
  if (number.empty() || pri.size() > longest_pri || !std::all_of(number.begin(), number.end(), is_digit)) return {};
  if (pri.back() != '>') return {pri.size() < longest_pri};
  const auto count = to_number<std::size_t>(text.substr(0, digits)).value_or(0);
  if (count <= pri.size() || count > longest_frame) return {};
  return {true, count, pri};
}

}  // namespace

FrameSplitter::FrameSplitter(std::size_t longest_frame) : longest_frame_(std::max<std::size_t>(longest_frame, 1)) {}

void FrameSplitter::forget() {
  mode_ = Mode::undecided;
  kept_.clear();
  seen_ = 0;
  last_ = '\0';
  expected_ = 0;
  delivered_ = false;
  if (next_count_ == 0) return;
  keep(next_);
  expected_ = std::exchange(next_count_, 0);
  mode_ = Mode::counted;
}

FrameSplitter::Part FrameSplitter::part() const {
  if (delivered_) return next_count_ == 0 ? Part::none : Part::counted;
  if (mode_ == Mode::counted) return Part::counted;
  return seen_ == 0 && kept_.empty() && opener_.empty() ? Part::none : Part::line;
}

/// One byte above the limit, for a CR that is not part of the frame.
void FrameSplitter::keep(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::size_t room = longest_frame_ + 1 - std::min(kept_.size(), longest_frame_ + 1);
  kept_.append(bytes.substr(0, room));
  seen_ += bytes.size();
  last_ = bytes.back();
}

std::optional<std::string_view> FrameSplitter::next(std::string_view& chunk) {
  if (delivered_) forget();
  while (!chunk.empty()) {
    std::optional<std::string_view> frame;
    switch (mode_) {
      case Mode::undecided:
        frame = decide(chunk);
        break;
      case Mode::counted:
        frame = read_counted(chunk);
        break;
      case Mode::line:
        frame = read_line(chunk);
        break;
      case Mode::lost:
        frame = read_lost(chunk);
        break;
    }
    if (frame) return frame;
  }
  return std::nullopt;
}

/// Looks at the first bytes of a frame, which may have come one by one. They are few, so that keeping them costs nothing.
std::optional<std::string_view> FrameSplitter::decide(std::string_view& chunk) {
  std::string head = kept_;
  head.append(chunk.substr(0, longest_count + 2));
  const Head kind = judge(head);
  if (kind == Head::open) {
    kept_ = head;  // shorter than a length with its blank: all of the chunk is in it
    chunk = {};
    return std::nullopt;
  }
  if (kind == Head::line) {
    const std::string begin = std::exchange(kept_, {});
    const bool lost = after_count_ && std::string_view("<\n\r\0", 4).find(head.front()) == std::string_view::npos;
    if (lost) {
      mode_ = Mode::lost;
      ++bad_frames_;
      std::string_view digits = begin;  // too few to hold a frame
      static_cast<void>(read_lost(digits));
      return read_lost(chunk);
    }
    keep(begin);
    mode_ = Mode::line;
    return read_line(chunk);
  }
  const std::size_t blank = head.find(' ');
  expected_ = to_number<std::size_t>(std::string_view(head).substr(0, blank)).value_or(0);
  chunk.remove_prefix(blank + 1 - std::min(blank + 1, kept_.size()));
  kept_.clear();
  mode_ = Mode::counted;
  return read_counted(chunk);
}

std::optional<std::string_view> FrameSplitter::read_counted(std::string_view& chunk) {
  const auto piece = chunk.substr(0, expected_ - seen_);
  chunk.remove_prefix(piece.size());
  after_count_ = true;
  if (seen_ == 0 && piece.size() == expected_) return deliver(piece);
  keep(piece);
  if (seen_ < expected_) return std::nullopt;
  return deliver(kept_);
}

/// Out of step: byte by byte, until a line ends or a counted frame seems to begin.
std::optional<std::string_view> FrameSplitter::read_lost(std::string_view& chunk) {
  while (!chunk.empty()) {
    const char byte = chunk.front();
    chunk.remove_prefix(1);
    if (byte == '\n' || byte == '\0') return end_lost();
    opener_ += byte;
    auto opener = judge_opener(opener_, longest_frame_);
    while (!opener.possible && !opener_.empty()) {
      keep(std::string_view(opener_).substr(0, 1));
      opener_.erase(0, 1);
      opener = judge_opener(opener_, longest_frame_);
    }
    if (opener.count == 0) continue;
    next_count_ = opener.count;
    next_ = opener.pri;
    opener_.clear();
    return end_lost();
  }
  return std::nullopt;
}

std::optional<std::string_view> FrameSplitter::end_lost() {
  keep(std::exchange(opener_, {}));
  return deliver_line(kept_, seen_, last_);
}

std::optional<std::string_view> FrameSplitter::read_line(std::string_view& chunk) {
  const auto end = line_end(chunk);
  const auto piece = chunk.substr(0, end);
  chunk.remove_prefix(end == std::string_view::npos ? chunk.size() : end + 1);
  if (end == std::string_view::npos) {
    keep(piece);
    return std::nullopt;
  }
  if (seen_ == 0) return deliver_line(piece, piece.size(), piece.empty() ? '\0' : piece.back());
  keep(piece);
  return deliver_line(kept_, seen_, last_);
}

std::optional<std::string_view> FrameSplitter::deliver_line(std::string_view bytes, std::size_t length, char last) {
  after_count_ = false;
  if (length > 0 && last == '\r') --length;
  if (length == 0) {
    forget();
    return std::nullopt;
  }
  return deliver(bytes.substr(0, length));
}

/// Hands out the frame; one that is longer than the limit was kept with one byte more than it, which tells.
std::optional<std::string_view> FrameSplitter::deliver(std::string_view whole) {
  delivered_ = true;
  if (whole.size() <= longest_frame_) return whole;
  ++cut_frames_;
  return whole.substr(0, longest_frame_);
}

std::optional<std::string_view> FrameSplitter::finish() {
  if (delivered_) forget();
  if (mode_ == Mode::undecided) {
    const std::string begin = std::exchange(kept_, {});
    keep(begin);
  }
  if (mode_ == Mode::lost) keep(std::exchange(opener_, {}));
  if (seen_ == 0) {
    forget();
    return std::nullopt;
  }
  return mode_ == Mode::counted ? deliver(kept_) : deliver_line(kept_, seen_, last_);
}

}  // namespace ikewatch::syslog
