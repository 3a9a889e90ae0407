#include "header_scan.hpp"

#include "rfc5424.hpp"
#include "tag.hpp"
#include "words.hpp"

#include <cstring>
#include <utility>

namespace ikewatch::syslog {

int read_priority(Cursor& cursor) {
  Cursor ahead = cursor;
  if (!ahead.skip('<')) return -1;
  int value = 0;
  const char* from = ahead.at;
  while (is_digit(ahead.peek()) && ahead.at - from < 3) value = value * 10 + (*ahead.at++ - '0');
  if (ahead.at == from || value > 191 || !ahead.skip('>')) return -1;
  cursor = ahead;
  return value;
}

bool may_open(const Cursor& cursor) {
  const char c = cursor.peek();
  if (!is(in_opening, c)) return false;
  if (!is_upper(c)) return true;
  if (at_debug_word(cursor) || month_at(cursor) != 0) return true;
  Cursor ahead = cursor;
  return !read_bare_tag(ahead).empty();
}

Found HeaderScan::run() {
  while (budget_-- > 0 && step() == Step::next) {
  }
  record_.text = cursor_.rest();
  return found_;
}

HeaderScan::Step HeaderScan::step() {
  cursor_.skip_blanks();
  const char c = cursor_.peek();
  switch (c) {
    case '<':
      return priority();
    case '%':
      return tag(read_tag(cursor_));
    case '*':
    case '.':
      return marked_stamp();
    case ':':
      return separator();
    case '[':
      if (at_debug_line(cursor_)) return proven();
      return bracketed_uptime() || bracketed_stamp() ? Step::next : message();
    default:
      break;
  }
  if (is_digit(c)) return digits();
  if (is_alpha(c)) return letters();
  return (is_host({&c, 1}) || c == '/') && !cursor_.done() ? word() : message();
}

HeaderScan::Step HeaderScan::proven() {
  found_ = Found::message;
  return Step::done;
}

HeaderScan::Step HeaderScan::priority() {
  const int priority = read_priority(cursor_);
  if (priority < 0) return facility_in_brackets();
  record_.priority = priority;
  host_due_ = false;
  colon_ = false;
  return at_rfc5424(cursor_) ? rfc5424() : Step::next;
}

namespace {

/// `3.6`: facility and severity as numbers.
bool is_numeric_facility(std::string_view word) {
  const auto dot = word.find('.');
  return word.size() < 5 && dot != std::string_view::npos && is_number(word.substr(0, dot)) && is_number(word.substr(dot + 1));
}

}  // namespace

/// `<daemon.info>`, `<3.6>`, as BSD's syslogd -vv and -v write it behind the stamp.
HeaderScan::Step HeaderScan::facility_in_brackets() {
  Cursor ahead = cursor_;
  ++ahead.at;
  const auto word = ahead.skip_class(in_word);
  if (!(is_facility_word(word) || is_numeric_facility(word)) || !ahead.skip('>')) return message();
  cursor_ = ahead;
  return Step::next;
}

HeaderScan::Step HeaderScan::rfc5424() {
  read_rfc5424(cursor_, record_);
  host_due_ = false;
  colon_ = false;
  found_ = Found::stamp;
  // Kiwi names itself, not the program; a number is Cisco's count that a relay took for a program.
  if (record_.program.starts_with("Kiwi_")) record_.program = record_.pid = {};
  if (is_number(record_.program)) record_.sequence = std::exchange(record_.program, {});
  if (is_whole_tag(record_.program)) {
    auto tag = std::exchange(record_.program, {});
    tag.remove_prefix(1);
    while (cursor_.skip(':') || cursor_.skip(' ')) {
    }
    return this->tag(tag);
  }
  if (record_.program.empty()) return Step::next;
  run_behind_program();
  cursor_ = Cursor(record_.text);
  return Step::done;
}

/// Cisco's `*` (the clock was never set) and `.` (it lost its source) in front of a stamp.
HeaderScan::Step HeaderScan::marked_stamp() {
  const char mark = *cursor_.at;
  const HeaderScan before = *this;
  ++cursor_.at;
  if (!stamp()) {
    *this = before;
    return message();
  }
  record_.clock = mark == '*' ? ClockTrust::unset : ClockTrust::unsynchronised;
  return Step::next;
}

/// `[ 1234.567890] `: seconds since the start, as journalctl -o short-monotonic writes them in front of the host.
bool HeaderScan::bracketed_uptime() {
  if (has_evidence() || behind_program_ || found_ != Found::nothing) return false;
  Cursor ahead = cursor_;
  ++ahead.at;
  ahead.skip_blanks();
  const char* from = ahead.at;
  if (ahead.skip_digits().empty() || !ahead.skip('.') || ahead.skip_digits().size() != 6) return false;
  const auto text = ahead.since(from);
  if (!ahead.skip("] ")) return false;
  cursor_ = ahead;
  accept({text, StampForm::uptime});
  host_due_ = true;
  return true;
}

/// `[2026-11-22 10:00:00] `: as many programs and viewers write the time of their own lines.
bool HeaderScan::bracketed_stamp() {
  constexpr std::size_t longest = 48;
  if (has_evidence() || behind_program_ || found_ != Found::nothing) return false;
  const auto close = cursor_.rest().substr(0, longest).find(']');
  if (close == std::string_view::npos) return false;
  Cursor inner(cursor_.rest().substr(1, close - 1));
  const auto text = inner.rest();
  StampFields fields;
  if (!read_stamp(inner, fields) || !inner.done()) return false;
  cursor_.at += close + 1;
  accept({text, fields.form});
  return true;
}

bool HeaderScan::stamp() {
  StampFields fields;
  const char* from = cursor_.at;
  Cursor ahead = cursor_;
  if (!read_stamp(ahead, fields)) return false;
  if (fields.form == StampForm::clock && record_.stamp.form != StampForm::none) return false;
  cursor_ = ahead;
  accept({cursor_.since(from), fields.form});
  return true;
}

void HeaderScan::accept(const Stamp& read) {
  if (record_.stamp.form != StampForm::none) record_.relay_stamp = record_.stamp;
  record_.stamp = read;
  record_.clock = ClockTrust::good;
  if (found_ == Found::nothing) found_ = Found::stamp;
  Cursor ahead = cursor_;
  ahead.skip_blanks();
  colon_ = ahead.skip(':');
  if (colon_) cursor_ = ahead;
  host_due_ = !colon_ && read.form != StampForm::uptime && read.form != StampForm::clock;
}

/// Colons that stand alone: EMBLEM's `<166>:`, an omitted count, the device-id's ` : `.
HeaderScan::Step HeaderScan::separator() {
  Cursor ahead = cursor_;
  while (ahead.skip(':')) {
  }
  StampFields ignored;
  Cursor next = ahead;
  const bool alone = ahead.at_word_end() || ahead.peek() == '%' || ahead.peek() == '*' || ahead.peek() == '.';
  if (!alone && !read_stamp(next, ignored)) return message();
  cursor_ = ahead;
  host_due_ = false;
  colon_ = true;
  return Step::next;
}

HeaderScan::Step HeaderScan::digits() {
  if (record_.stamp.form == StampForm::none && at_rfc5424(cursor_)) return rfc5424();
  if (stamp()) return Step::next;
  Cursor ahead = cursor_;
  const auto number = ahead.skip_digits();
  const char next = ahead.peek(1);
  if (number.size() > 12 || ahead.peek() != ':' || !(is_blank(next) || next == '%' || next == '*' || next == '\0')) return word();
  ++ahead.at;
  cursor_ = ahead;
  record_.sequence = number;
  numbered_ = true;
  host_due_ = false;
  colon_ = false;
  return Step::next;
}

namespace {

/// A stamp, a sequence number or a tag: what stood before was a host, even where it looks like a tag (`GW-2-LYON: `).
bool header_follows(const Cursor& cursor) {
  const char c = cursor.peek();
  if (c == '%' || c == '*' || c == '.') return true;
  StampFields ignored;
  Cursor ahead = cursor;
  if (read_stamp(ahead, ignored)) return true;
  return !ahead.skip_digits().empty() && ahead.peek() == ':';
}

}  // namespace

HeaderScan::Step HeaderScan::letters() {
  if (at_debug_line(cursor_)) return proven();
  Cursor ahead = cursor_;
  if (const auto bare = read_bare_tag(ahead); !bare.empty() && !header_follows(ahead)) {
    cursor_ = ahead;
    return tag(bare);
  }
  if (stamp()) return Step::next;
  return word();
}

HeaderScan::Step HeaderScan::tag(std::string_view tag) {
  if (tag.empty()) return message();
  record_.tag = tag;
  nested_tag();
  Cursor ahead = cursor_;
  ahead.skip_class(in_word);
  const auto module = ahead.since(cursor_.at);
  if (!module.empty() && module.back() == ':' && is_module_word(module.substr(0, module.size() - 1))) {
    ahead.skip_blanks();
    cursor_ = ahead;
  }
  return proven();
}

/// IOS-XE's data plane sends its own messages inside of PLATFORM's: `%IOSXE-3-PLATFORM: ... TS:0001 %IPSEC-3-REPLAY_ERROR: ...`.
void HeaderScan::nested_tag() {
  if (!record_.tag.starts_with("IOSXE-") || !record_.tag.ends_with("-PLATFORM")) return;
  Cursor ahead = cursor_;
  while (!ahead.done()) {
    const auto* percent = static_cast<const char*>(std::memchr(ahead.at, '%', ahead.size()));
    if (percent == nullptr) return;
    ahead.at = percent;
    const bool behind_blank = percent != cursor_.at && is_blank(percent[-1]);
    if (const auto inner = behind_blank ? read_tag(ahead) : std::string_view{}; !inner.empty()) {
      record_.tag = inner;
      cursor_ = ahead;
      return;
    }
    ahead.at = percent + 1;
  }
}

}  // namespace ikewatch::syslog
