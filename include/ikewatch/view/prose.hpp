// Text for terminals: colours, and prose that fits the width. Role: for everything that prints for people. Threads: pure
// functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ikewatch::view {

// Select Graphic Rendition, ECMA-48 section 8.3.117.
inline constexpr std::string_view bold = "1";
inline constexpr std::string_view dim = "2";
inline constexpr std::string_view red = "31";
inline constexpr std::string_view green = "32";
inline constexpr std::string_view yellow = "33";

/// `text` in that style, or as it is.
std::string painted(std::string_view text, std::string_view style, bool colour);

/// Prose wrapped at `width` columns, every line behind `indent`, the first behind `lead` where one is given; ends with a line
/// feed. A word that is longer than a line stands alone.
std::string wrapped(std::string_view text, std::string_view indent, std::size_t width, std::string_view lead = {});

}  // namespace ikewatch::view
