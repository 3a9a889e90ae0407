// Finds the header of a line by walking over what can only be header: stamps, counts, hosts, module words, a tag. Role: the
// general reader behind read_header(); the common forms never come here. Ownership: views into the line. Threads: a plain value.
#pragma once

#include "cursor.hpp"
#include "stamp.hpp"

#include <ikewatch/syslog/record.hpp>

#include <cstdint>

namespace ikewatch::syslog {

/// What the walk has met, in rising order: only `message` proves that all in front of it is header.
enum class Found : std::uint8_t { nothing, stamp, message };

/// A run of word characters and how it ends.
struct Word {
  enum class End : std::uint8_t { blank, colon, pid, other };
  std::string_view name;
  std::string_view pid;
  End end = End::other;
  const char* behind = nullptr;  // the first byte after the word and its colon
};

Word read_word(Cursor cursor);

/// `<0>` to `<191>` (RFC 5424 section 6.2.1): taken off the front; -1 and untouched for anything else.
int read_priority(Cursor& cursor);

/// A message may be Cisco's, or have another header in front of it. Few programs' messages begin so.
bool may_open(const Cursor& cursor);

class HeaderScan {
 public:
  HeaderScan(Cursor cursor, const Record& record) : cursor_(cursor), record_(record) {}

  /// Walks until the message begins; record() has its text then.
  Found run();
  /// Reads the text behind a program's colon: the record has host and program already.
  void run_behind_program();
  [[nodiscard]] const Record& record() const { return record_; }

 private:
  enum class Step : std::uint8_t { next, done };

  Step step();
  Step message() { return Step::done; }
  Step proven();
  Step priority();
  Step facility_in_brackets();
  Step marked_stamp();
  Step separator();
  Step digits();
  Step letters();
  Step tag(std::string_view tag);
  Step word();
  Step program_word(const Word& word);
  Step colon_word(const Word& word);
  Step blank_word(const Word& word);
  Step host_or_program(const Word& word);
  Step due_host(const Word& word);
  Step named_device(const Word& word);
  Step original_address();
  Step rfc5424();
  Step own_stamp();
  bool stamp();
  bool bracketed_uptime();
  bool bracketed_stamp();
  void accept(const Stamp& read);
  void nested_tag();
  void take_host(const Word& word);
  bool skip_device_word(const Word& word);
  [[nodiscard]] bool has_evidence() const { return record_.priority >= 0 || record_.stamp.form != StampForm::none; }
  [[nodiscard]] bool device_header_since(const HeaderScan& before) const;

  Cursor cursor_;
  Record record_;
  Found found_ = Found::nothing;
  bool numbered_ = false;  // a Cisco count or sequence number stood there
  bool colon_ = false;     // a colon ended the last stamp: no host follows it
  bool host_due_ = false;  // a stamp and a blank stood last: the host follows (RFC 3164 section 4.1.2)
  bool behind_program_ = false;
  int budget_ = 24;  // parts that a header may have
};

}  // namespace ikewatch::syslog
