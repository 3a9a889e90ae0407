#include <ikewatch/base/address.hpp>

#include <ikewatch/base/text.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace ikewatch {
namespace {

constexpr std::size_t longest_text = INET6_ADDRSTRLEN;

/// One number of a dotted quad, 0..255 without leading zeros, taken off the front of `text`; -1 where none stands there.
int take_octet(std::string_view& text) {
  int value = 0;
  std::size_t used = 0;
  while (used < text.size() && used < 3 && is_digit(text[used])) value = value * 10 + (text[used++] - '0');
  if (used == 0 || value > 255 || (used > 1 && text[0] == '0')) return -1;
  text.remove_prefix(used);
  return value;
}

bool parse_v4(std::string_view text, std::array<std::uint8_t, 16>& bytes) {
  for (std::size_t i = 0; i < 4; ++i) {
    const int octet = take_octet(text);
    if (octet < 0) return false;
    bytes[i] = static_cast<std::uint8_t>(octet);
    if (i < 3 && !consume(text, ".")) return false;
  }
  return text.empty();
}

bool parse_v6(std::string_view text, std::array<std::uint8_t, 16>& bytes) {
  if (const auto scope = text.find('%'); scope != std::string_view::npos) text = text.substr(0, scope);
  if (text.empty() || text.size() >= longest_text) return false;
  char copy[longest_text];
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return inet_pton(AF_INET6, copy, bytes.data()) == 1;
}

/// ::ffff:192.0.2.1 (RFC 4291 section 2.5.5.2)
bool is_mapped(const std::array<std::uint8_t, 16>& bytes) {
  return std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t b) { return b == 0; }) && bytes[10] == 0xff &&
         bytes[11] == 0xff;
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  Address address;
  if (parse_v4(text, address.bytes_)) {
    address.v4_ = true;
    return address;
  }
  address.bytes_.fill(0);
  if (text.find(':') == std::string_view::npos || !parse_v6(text, address.bytes_)) return std::nullopt;
  if (is_mapped(address.bytes_)) {
    std::copy(address.bytes_.begin() + 12, address.bytes_.end(), address.bytes_.begin());
    std::fill(address.bytes_.begin() + 4, address.bytes_.end(), std::uint8_t{0});
    address.v4_ = true;
  }
  return address;
}

bool Address::is_loopback() const {
  if (v4_) return bytes_[0] == 127;
  return bytes_[15] == 1 && std::all_of(bytes_.begin(), bytes_.begin() + 15, [](std::uint8_t b) { return b == 0; });
}

bool Address::is_unspecified() const {
  return std::all_of(bytes_.begin(), bytes_.end(), [](std::uint8_t b) { return b == 0; });
}

std::string Address::to_string() const {
  char text[longest_text] = {};
  inet_ntop(v4_ ? AF_INET : AF_INET6, bytes_.data(), text, sizeof text);
  return text;
}

}  // namespace ikewatch

std::size_t std::hash<ikewatch::Address>::operator()(const ikewatch::Address& address) const noexcept {
  const auto& bytes = address.bytes();
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), address.is_v4() ? 4U : 16U});
}
