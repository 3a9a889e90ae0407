#include "line_cutter.hpp"

#include <algorithm>
#include <cstring>

namespace ikewatch::reader {
namespace {

const char* find(const char* from, std::size_t count, char wanted) {
  return static_cast<const char*>(std::memchr(from, static_cast<unsigned char>(wanted), count));
}

}  // namespace

LineCutter::LineCutter(Bytes& bytes, Limits limits, char delimiter)
    : bytes_(bytes),
      limits_{std::max<std::size_t>(limits.line, 1), std::max<std::size_t>(limits.chunk, 1)},
      delimiter_(delimiter),
      buffer_(new char[limits_.line + limits_.chunk]) {}

bool LineCutter::refill() {
  if (ended_) return false;
  if (begin_ != 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, held());
    end_ = held();
    begin_ = 0;
  }
  auto got = bytes_.read(buffer_.get() + end_, limits_.chunk);
  if (got.has_error()) damage_ = got.error();
  const std::size_t count = got.has_error() ? 0 : *got;
  ended_ = count == 0;
  end_ += count;
  return !ended_;
}

bool LineCutter::give(std::string_view& line, std::size_t length, std::size_t used) {
  line = {buffer_.get() + begin_, std::min(length, limits_.line)};
  if (length > limits_.line) ++cut_;
  begin_ += used;
  searched_ = 0;
  ++lines_;
  return true;
}

bool LineCutter::give_overlong(std::string_view& line) {
  skipping_ = true;
  return give(line, held(), held());
}

void LineCutter::skip_overlong() {
  do {
    const char* hit = find(buffer_.get() + begin_, held(), delimiter_);
    if (hit != nullptr) {
      begin_ = static_cast<std::size_t>(hit - buffer_.get()) + 1;
      break;
    }
    begin_ = end_;
  } while (refill());
  skipping_ = false;
}

void LineCutter::drop_hole() {
  do {
    while (begin_ < end_ && buffer_[begin_] == '\0') ++begin_;
  } while (begin_ == end_ && refill());
}

bool LineCutter::next(std::string_view& line) {
  if (skipping_) skip_overlong();
  if (begin_ < end_ && buffer_[begin_] == '\0') drop_hole();
  while (true) {
    const char* from = buffer_.get() + begin_;
    const char* hit = find(from + searched_, held() - searched_, delimiter_);
    if (hit != nullptr) {
      const auto length = static_cast<std::size_t>(hit - from);
      return give(line, length, length + 1);
    }
    searched_ = held();
    if (searched_ > limits_.line) return give_overlong(line);
    if (refill()) {
      if (searched_ == 0 && buffer_[begin_] == '\0') drop_hole();
      continue;
    }
    return held() != 0 && give(line, held(), held());
  }
}

bool LineCutter::take(std::uint64_t count, std::string& kept) {
  // The line before was cut: what follows it is the rest of that line, not the bytes asked for.
  if (skipping_) skip_overlong();
  while (count != 0) {
    if (held() == 0 && !refill()) return false;
    const std::string_view piece(buffer_.get() + begin_, static_cast<std::size_t>(std::min<std::uint64_t>(count, held())));
    lines_ += static_cast<std::uint64_t>(std::count(piece.begin(), piece.end(), delimiter_));
    kept.append(piece.substr(0, limits_.line - std::min(kept.size(), limits_.line)));
    begin_ += piece.size();
    count -= piece.size();
  }
  searched_ = 0;
  return true;
}

}  // namespace ikewatch::reader
