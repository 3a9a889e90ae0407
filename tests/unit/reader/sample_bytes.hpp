// Bytes of the tests' own making, and the lines that come out of them.
#pragma once

#include "bytes.hpp"
#include "read_bytes.hpp"

#include <ikewatch/reader/reader.hpp>

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::reader::test {

/// Gives `text`, at most `piece` bytes at a time, and then the end or a Problem.
class Sample : public Bytes {
 public:
  explicit Sample(std::string text, std::size_t piece = std::string::npos, bool fails = false)
      : text_(std::move(text)), piece_(piece), fails_(fails) {}

  Result<std::size_t> read(char* to, std::size_t room) override {
    const auto count = std::min({room, piece_, text_.size() - at_});
    if (count == 0 && fails_) return Problem{{"sample", 0, 0}, "Input/output error"};
    std::memcpy(to, text_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t piece_;
  bool fails_;
  std::size_t at_ = 0;
};

/// `count` times the same byte without holding them, then `tail`.
class Flood : public Bytes {
 public:
  Flood(char byte, std::uint64_t count, std::string tail) : byte_(byte), left_(count), tail_(std::move(tail)) {}

  Result<std::size_t> read(char* to, std::size_t room) override {
    if (left_ == 0) return tail_.read(to, room);
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(room, left_));
    std::memset(to, byte_, count);
    left_ -= count;
    return count;
  }

 private:
  char byte_;
  std::uint64_t left_;
  Sample tail_;
};

struct Seen {
  std::vector<std::string> lines;
  std::vector<std::uint64_t> numbers;
  Totals totals;
  Problem problem;  // where nothing could be read
};

inline Seen see(Bytes& bytes, const Source& source = {}) {
  Seen seen;
  const auto totals = read_bytes(bytes, source, [&seen](const Line& line) {
    seen.lines.emplace_back(line.text);
    seen.numbers.push_back(line.number);
  });
  if (totals.has_value())
    seen.totals = *totals;
  else
    seen.problem = totals.error();
  return seen;
}

inline Seen see(std::string_view text, const Source& source = {}) {
  Sample sample{std::string(text)};
  return see(sample, source);
}

/// As gzip writes it (one member).
inline std::string packed(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  std::string in(text);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace ikewatch::reader::test
