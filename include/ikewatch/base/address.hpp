// An IP address as a value: the identity of a peer. Role: parsed once at the edge, compared and hashed everywhere else.
// Ownership: 17 bytes, trivially copyable. Threads: immutable.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ikewatch {

/// IPv4 (RFC 791) or IPv6 (RFC 4291, text form RFC 5952). IPv4-mapped IPv6 addresses are read as IPv4, so that one peer has one
/// identity whichever socket saw it.
class Address {
 public:
  Address() = default;

  /// Reads dotted quad or IPv6 text; a `%scope` is accepted and ignored. Leading zeros and ports are refused.
  static std::optional<Address> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const { return v4_; }
  [[nodiscard]] bool is_loopback() const;
  [[nodiscard]] bool is_unspecified() const;
  /// The canonical text (RFC 5952 for IPv6).
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }

  auto operator<=>(const Address&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};  // IPv4 stands in the first four
  bool v4_ = false;
};

}  // namespace ikewatch

template <>
struct std::hash<ikewatch::Address> {
  std::size_t operator()(const ikewatch::Address& address) const noexcept;
};
