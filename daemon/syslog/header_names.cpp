// The part of the header walk that decides what a name is: a host, a program, a module, or the first word of the message.
#include "columns.hpp"
#include "header_scan.hpp"
#include "tag.hpp"
#include "words.hpp"

namespace ikewatch::syslog {

namespace {

/// `:`, and the level that Apple's logger puts before it: ` <Notice>:`.
bool skip_end_of_program(Cursor& cursor) {
  Cursor ahead = cursor;
  if (ahead.skip(" <")) {
    while (is_alpha(ahead.peek())) ++ahead.at;
    if (!ahead.skip('>')) return false;
  }
  if (!ahead.skip(':')) return false;
  cursor = ahead;
  return true;
}

/// `Non-Meraki / Client VPN negotiation`: a kind of event, where others have the host.
bool is_event_kind(std::string_view word) { return word == "Non-Meraki" || word == "Site-to-site"; }

}  // namespace

Word read_word(Cursor cursor) {
  Word word;
  word.name = cursor.skip_class(in_word);
  word.behind = cursor.at;
  if (cursor.peek() == '[' && !word.name.empty()) {
    ++cursor.at;
    word.pid = cursor.skip_digits();
    if (word.pid.empty() || !cursor.skip(']') || !skip_end_of_program(cursor)) return word;
    if (const auto library = word.name.find('('); library != std::string_view::npos && library > 0 && word.name.back() == ')')
      word.name = word.name.substr(0, library);
    word.name = plain_program(word.name);
    word.end = Word::End::pid;
    word.behind = cursor.at;
    return word;
  }
  const bool colon = !word.name.empty() && word.name.back() == ':';
  if (!cursor.at_word_end() && !(colon && cursor.peek() == '%')) return word;
  word.end = colon ? Word::End::colon : Word::End::blank;
  if (colon) word.name = plain_program(word.name.substr(0, word.name.size() - 1));
  return word;
}

HeaderScan::Step HeaderScan::word() {
  if (record_.host.empty() && cursor_.starts_with("Original Address=")) return original_address();
  const Word read = read_word(cursor_);
  if (const auto node = behind_program_ ? 0 : node_prefix(read.name); node != 0) {
    cursor_.at += node;
    host_due_ = false;
    return Step::next;
  }
  switch (read.end) {
    case Word::End::pid:
      return program_word(read);
    case Word::End::colon:
      return colon_word(read);
    case Word::End::blank:
      return blank_word(read);
    case Word::End::other:
      break;
  }
  return message();
}

/// Kiwi's forwarder: `Original Address=192.0.2.1 `.
HeaderScan::Step HeaderScan::original_address() {
  cursor_.skip("Original Address=");
  record_.host = cursor_.skip_class(in_word);
  return Step::next;
}

HeaderScan::Step HeaderScan::program_word(const Word& word) {
  if (behind_program_ && !(is_racoon(word.name) && found_ == Found::stamp)) return message();
  if (!word.pid.empty() && is_digit(word.name.front())) return message();  // 192.0.2.1[500]: is an endpoint
  record_.program = word.name;
  record_.pid = word.pid;
  cursor_.at = word.behind;
  run_behind_program();
  record_.foreign = record_.foreign && has_evidence();
  cursor_ = Cursor(record_.text);
  return Step::done;
}

HeaderScan::Step HeaderScan::colon_word(const Word& word) {
  if (is_level_word(word.name)) return message();
  if (behind_program_ && !numbered_ && !(is_racoon(word.name) && found_ == Found::stamp)) return message();
  if (is_racoon(word.name)) return program_word(word);
  if (is_facility_word(word.name) || is_module_word(word.name)) {
    cursor_.at = word.behind;
    return Step::next;
  }
  if (!is_host(word.name) && !is(in_program, word.name.empty() ? ' ' : word.name.front())) return message();
  if (!colon_ && (numbered_ || !has_evidence())) {
    take_host(word);
    return Step::next;
  }
  return host_or_program(word);
}

void HeaderScan::take_host(const Word& word) {
  record_.host = without_port(word.name);
  cursor_.at = word.behind;
  host_due_ = false;
}

bool HeaderScan::device_header_since(const HeaderScan& before) const {
  return numbered_ != before.numbered_ || record_.stamp.text.data() != before.record_.stamp.text.data();
}

/// `name: ` behind a stamp or a PRI: an origin-id where a Cisco header or message follows, else a program.
HeaderScan::Step HeaderScan::host_or_program(const Word& word) {
  HeaderScan trial = *this;
  trial.found_ = Found::nothing;
  trial.record_.program = word.name;
  trial.behind_program_ = colon_ == false;
  trial.cursor_.at = word.behind;
  trial.host_due_ = false;
  trial.colon_ = false;
  const bool proven = trial.run() == Found::message;
  const bool device_stamp = trial.device_header_since(*this);
  const bool origin = !has_evidence() || device_stamp || record_.host.empty();
  if (proven || (trial.colon_ && device_stamp && record_.stamp.form == StampForm::none)) {
    const bool own_program = trial.record_.program.data() != word.name.data();
    if (origin && trial.record_.host.data() == record_.host.data()) trial.record_.host = without_port(word.name);
    if (origin && !own_program) trial.record_.program = {};
    *this = trial;
    return Step::done;
  }
  if (colon_ && numbered_) return message();
  if (colon_ && record_.stamp.form != StampForm::none) return message();
  return program_word(word);
}

HeaderScan::Step HeaderScan::blank_word(const Word& word) {
  if (behind_program_) return message();
  if (is_facility_word(word.name)) {
    cursor_.at = word.behind;
    return Step::next;
  }
  if (host_due_) return due_host(word);
  return named_device(word);
}

HeaderScan::Step HeaderScan::due_host(const Word& word) {
  if (!is_host(word.name) || is_event_kind(word.name) || cursor_.starts_with("last message repeated ")) return message();
  take_host(word);
  if (record_.stamp.form != StampForm::epoch) return Step::next;
  // Cisco Meraki's form has the kind of log where others have the program.
  Cursor ahead = cursor_;
  ahead.skip_blanks();
  const Word kind = read_word(ahead);
  if (kind.end != Word::End::blank || (kind.name != "events" && kind.name != "security_event")) return Step::next;
  record_.program = kind.name;
  cursor_.at = kind.behind;
  cursor_.skip_blanks();
  return message();
}

/// A word and a blank where no host is due: a device in front of its ` : `, of its stamp or of a tag; else the message.
HeaderScan::Step HeaderScan::named_device(const Word& word) {
  if (skip_device_word(word)) return Step::next;
  Cursor ahead(std::string_view(word.behind, static_cast<std::size_t>(cursor_.end - word.behind)));
  ahead.skip_blanks();
  if (ahead.peek() == ':' && (ahead.size() == 1 || is_blank(ahead.peek(1)))) {
    Word spaced = word;
    spaced.behind = ahead.at + 1;
    return colon_word(spaced);
  }
  if (!record_.host.empty() || !is_host(word.name)) return message();
  Cursor next = ahead;
  StampFields ignored;
  const bool tagged = ahead.peek() == '%' && !read_tag(next).empty();
  const bool dated = !colon_ && (node_prefix(read_word(ahead).name) != 0 || read_stamp(next, ignored));
  const bool level = record_.stamp.form == StampForm::none && is_facility_word(read_word(ahead).name);
  // A viewer that shows the time alone: `10:00:00 gw1 racoon[12]: `.
  const bool spoken = record_.stamp.form == StampForm::clock && !colon_ && read_word(ahead).end == Word::End::pid;
  if (!tagged && !dated && !level && !spoken) return message();
  take_host(word);
  return Step::next;
}

/// `CLC 6/0:`, `Switch 1 R0/0:`: the words in front of the module.
bool HeaderScan::skip_device_word(const Word& word) {
  if (!numbered_ && !colon_) return false;
  Cursor ahead(std::string_view(word.behind, static_cast<std::size_t>(cursor_.end - word.behind)));
  ahead.skip_blanks();
  if (word.name == "Switch" && is_digit(ahead.peek())) {
    ahead.skip_digits();
    ahead.skip_blanks();
  }
  const Word module = read_word(ahead);
  if (module.end != Word::End::colon || !is_module_word(module.name)) return false;
  cursor_.at = module.behind;
  return true;
}

/// racoon's own stamp in front of its level, where it runs in the foreground: `2026-11-22 02:32:10: INFO: ...`.
HeaderScan::Step HeaderScan::own_stamp() {
  Cursor ahead = cursor_;
  StampFields fields;
  if (is_digit(ahead.peek()) && read_stamp(ahead, fields) && fields.form == StampForm::iso && ahead.peek() == ':') {
    const Stamp read{ahead.since(cursor_.at), fields.form};
    cursor_ = ahead;
    accept(read);
    cursor_.skip_blanks();
  }
  return proven();
}

void HeaderScan::run_behind_program() {
  cursor_.skip_blanks();
  record_.text = cursor_.rest();
  if (is_racoon(record_.program)) {
    skip_subsystem(cursor_);
    own_stamp();
    record_.text = cursor_.rest();
    return;
  }
  if (at_debug_word(cursor_)) {
    found_ = Found::message;
    return;
  }
  if (budget_ > 0 && may_open(cursor_)) {
    HeaderScan trial = *this;
    trial.behind_program_ = true;
    trial.colon_ = false;
    trial.host_due_ = false;
    if (trial.run() == Found::message) {
      *this = trial;
      return;
    }
  }
  record_.foreign = !record_.program.empty() && !is_number(record_.program);
}

}  // namespace ikewatch::syslog
