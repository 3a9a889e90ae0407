#include "utf16.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace ikewatch::reader {
namespace {

constexpr std::uint32_t replacement = 0xFFFD;

void append(std::string& out, std::uint32_t code) {
  const auto tail = [code](unsigned shift) { return static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | code >> 6U);
    out += tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | code >> 12U);
    out += tail(6);
    out += tail(0);
  } else {
    out += static_cast<char>(0xF0U | code >> 18U);
    out += tail(12);
    out += tail(6);
    out += tail(0);
  }
}

}  // namespace

void Utf16::take(std::uint32_t unit) {
  const bool low = unit >= 0xDC00 && unit < 0xE000;
  if (high_ != 0) {
    append(decoded_, low ? 0x10000 + ((high_ - 0xD800) << 10U) + (unit - 0xDC00) : replacement);
    high_ = 0;
    if (low) return;
  }
  if (unit >= 0xD800 && unit < 0xDC00)
    high_ = unit;
  else if (unit != 0xFEFF)
    append(decoded_, low ? replacement : unit);
}

void Utf16::decode(std::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    half_ = !half_;
    if (half_)
      first_ = byte;
    else
      take(order_ == ByteOrder::little ? static_cast<std::uint32_t>(byte) << 8U | first_
                                       : static_cast<std::uint32_t>(first_) << 8U | byte);
  }
}

Result<std::size_t> Utf16::read(char* to, std::size_t room) {
  if (room == 0) return std::size_t{0};
  while (at_ == decoded_.size()) {
    decoded_.clear();
    at_ = 0;
    std::array<char, 16 * 1024> bytes{};
    const auto got = rest_.read(bytes.data(), bytes.size());
    if (got.has_error()) return got.error();
    if (*got != 0) {
      decode({bytes.data(), *got});
      continue;
    }
    if (!half_ && high_ == 0) return std::size_t{0};
    append(decoded_, replacement);
    half_ = false;
    high_ = 0;
  }
  const auto count = std::min(room, decoded_.size() - at_);
  std::memcpy(to, decoded_.data() + at_, count);
  at_ += count;
  return count;
}

}  // namespace ikewatch::reader
