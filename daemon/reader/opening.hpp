// Whether a physical line begins a message. Role: the one question that unfolding asks; the seam to the syslog room. Pure
// functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace ikewatch::reader {

/// Ordered by how sure it is that a message begins here.
enum class Opening : std::uint8_t {
  none,     // nothing known: may be the rest of the line before
  named,    // only a word that may be a program's name ("modprobe: ...", but also "expired: ..." in the middle of a message)
  spoken,   // the way messages of racoon and Cisco debug output begin ("ERROR: ", "ISAKMP:(0):", "IPSEC(")
  stamped,  // a time stamp, a Cisco tag or a syslog priority
};

Opening opening_of(std::string_view line);

/// True where `line` begins like a Cisco tag, `%FACILITY-0..7-MNEMONIC`.
bool begins_with_tag(std::string_view line);

}  // namespace ikewatch::reader
