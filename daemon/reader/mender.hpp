// One physical line of a damaged log as the lines that it holds. Role: between the line cutter and the unfolder. Ownership: keeps
// copies of what it changes; a line given to the sink is valid during the call. Threads: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace ikewatch::reader {

/// Takes off, in this order: pager prompts and markup, characters that are not plain, quote marks and bullets, what stands in
/// front of each line; reads rows of exports; and puts entries together whose header has a line of its own (`journalctl -o
/// verbose`, `logcat -v long`).
class Mender {
 public:
  using Sink = std::function<void(std::string_view line, std::uint64_t number)>;

  explicit Mender(Sink sink) : sink_(std::move(sink)) {}

  void add(std::string_view line, std::uint64_t number);
  /// Gives the entry that is still open.
  void finish();
  /// Lines that were made out of others, beyond the first of each.
  [[nodiscard]] std::uint64_t parted() const { return parted_; }

 private:
  void add_plain(std::string_view line, std::uint64_t number);
  bool entry_begins(std::string_view line, std::uint64_t number);
  bool entry_goes_on(std::string_view line, std::uint64_t number);
  void take_field(std::string_view field);

  enum class Entry : std::uint8_t { none, fields, head };

  Sink sink_;
  std::string stripped_;
  std::string plain_;
  std::string row_;
  Entry entry_ = Entry::none;
  std::uint64_t parted_ = 0;
  std::uint64_t number_ = 0;  // of the entry's first line
  std::string stamp_;         // of an entry of fields; of a head: all that stands in front of the message
  std::string host_, program_, pid_, message_;
};

/// `line` without quote marks (`> `, `>> `) and, in front of a message, without a bullet (`- `, `* `, `1. `).
std::string_view without_marks(std::string_view line);

}  // namespace ikewatch::reader
