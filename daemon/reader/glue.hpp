// Several messages on one physical line, as forums leave them when they eat line ends. Role: in front of unfolding. Pure
// functions.
#pragma once

#include <cstddef>
#include <string_view>

namespace ikewatch::reader {

/// Where the first message of `line` ends and the next begins, 0 where only one stands there. Said only where both parts are
/// messages: at a stamp (`Mon dd hh:mm:ss`, `YYYY-MM-DD hh:mm:ss`) in a line of more than 200 bytes or with a second Cisco tag or
/// level word, since a relay's stamp in front of the device's own is no seam; else at the second program name, level word, tag or
/// debug opener; and in lines without any of them where one of racoon's usual sentences begins behind another.
std::size_t find_seam(std::string_view line);

}  // namespace ikewatch::reader
