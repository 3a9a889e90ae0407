// Cisco's two forms of a message's own prefix. Private to prefix.cpp.
#pragma once

#include "prefix.hpp"

namespace ikewatch::rules {

/// `[IKEv1]: Group = G, Username = U, IP = P, text`, `IKEv2-PROTO-1: (139): text`; any part may be missing, and so may commas and
/// blanks.
Prefix read_asa_prefix(std::string_view text);

/// `ISAKMP:(1001): text`, `ISAKMP (0:1): text`, `IKEv2-ERROR:(SESSION ID = 31,SA ID = 1): text`, `IKEv2:text`.
Prefix read_ios_prefix(std::string_view text);

}  // namespace ikewatch::rules
