// Cuts bytes into physical lines. Role: the fast path of every text format. Ownership: one buffer of line limit + chunk; lines
// are views into it, copied only where one crosses a chunk.
#pragma once

#include "bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ikewatch::reader {

class LineCutter {
 public:
  struct Limits {
    std::size_t line;   // bytes kept of a line, at least 1
    std::size_t chunk;  // bytes read at once, at least 1
  };

  /// `bytes` must outlive this. Lines end at `delimiter`.
  LineCutter(Bytes& bytes, Limits limits, char delimiter = '\n');

  /// The next line without its delimiter, valid until the next call; false at the end. NULs in front of a line are dropped:
  /// a file that was truncated under its writer begins with a hole of them.
  bool next(std::string_view& line);

  /// Skips `count` raw bytes behind the last line, appending those that still fit to `kept` (at most the line limit in all).
  /// False when the input ends before. Line ends among them count as lines.
  bool take(std::uint64_t count, std::string& kept);

  /// Whether the next line begins with a blank, as far as that can be told without reading on (then: yes).
  [[nodiscard]] bool next_may_be_indented() const {
    return begin_ == end_ ? !ended_ : buffer_[begin_] == ' ' || buffer_[begin_] == '\t' || buffer_[begin_] == '\0';
  }

  [[nodiscard]] std::uint64_t lines() const { return lines_; }  // begun so far
  [[nodiscard]] std::uint64_t cut() const { return cut_; }
  [[nodiscard]] const std::optional<Problem>& damage() const { return damage_; }

 private:
  [[nodiscard]] std::size_t held() const { return end_ - begin_; }
  bool refill();
  void skip_overlong();
  void drop_hole();
  bool give(std::string_view& line, std::size_t length, std::size_t used);
  bool give_overlong(std::string_view& line);

  Bytes& bytes_;
  Limits limits_;
  char delimiter_;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t searched_ = 0;  // bytes behind begin_ that hold no delimiter
  bool skipping_ = false;     // inside a line whose kept part was given
  bool ended_ = false;
  std::uint64_t lines_ = 0;
  std::uint64_t cut_ = 0;
  std::optional<Problem> damage_;
};

}  // namespace ikewatch::reader
