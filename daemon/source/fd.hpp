// The descriptor and the text of errno, for everything in this room that opens something.
#pragma once

#include <ikewatch/base/fd.hpp>

#include <string>
#include <string_view>

namespace ikewatch::source {

/// `what: No such file or directory`.
std::string with_errno(std::string_view what, int error);

}  // namespace ikewatch::source
