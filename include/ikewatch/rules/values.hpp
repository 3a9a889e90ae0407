// Reads the field texts that devices print: end points, SPIs, cookie pairs. Role: used by the matcher's tests of a field and by
// the engine, which turns texts into values. Ownership: views into the text given. Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ikewatch::rules {

/// How many bytes at the front of `text` are an address: IPv4 or IPv6 with optional %scope, or a stand-in that people post
/// instead of one (x.x.x.x, 37.47.xxx.xxx, 2xx.#.#.1, <peer-ip>, [removed], my-ip-address, REMOTE_GW, CLI.ENT.IP). 0 where none
/// stands there.
std::size_t address_length(std::string_view text);

/// As address_length(), where a port may follow: `:500`, `:4500` and `:848` behind an IPv6 address are taken for the port
/// wherever the address is whole without them. (`2001:db8::7:500` may be read in two ways; devices print ports there, and hardly
/// any address ends so.)
std::size_t endpoint_address_length(std::string_view text);

/// How many bytes at the front are a host name of two labels or more (RFC 1123 section 2.1), which people write in an address's
/// place. 0 where none stands there.
std::size_t host_name_length(std::string_view text);

/// The address of an end point without its port (`a[500]`, `a [500]`, `a:500`, `a/500`, bare); the trimmed text where it is none.
std::string_view address_part(std::string_view endpoint);

/// An IPsec SPI (RFC 4303 section 2.1) as devices print it: `168086000(0xa04c9f0)`, `0xa04c9f0(168086000)`, `0xa04c9f0`, bare.
/// Bare digits are decimal, digits with a letter among them hexadecimal. Nothing for other text and for more than 32 bits.
std::optional<std::uint32_t> parse_spi(std::string_view text);

/// The two cookies of an IKE SA (RFC 2408 section 2.5.3), as printed.
struct Cookies {
  std::string_view initiator;
  std::string_view responder;

  /// False while the responder's cookie is all zero: no packet ever came from it.
  [[nodiscard]] bool answered() const;
};

/// `initiator:responder[:msgid]`; both views are empty where the text is not of that form.
Cookies parse_cookies(std::string_view text);

}  // namespace ikewatch::rules
