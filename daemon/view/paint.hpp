// Colours of a terminal, ECMA-48. Role: private to view. Threads: pure.
#pragma once

#include <ikewatch/view/text.hpp>

#include <string>
#include <string_view>

namespace ikewatch::view {

inline constexpr std::string_view bold = "1";
inline constexpr std::string_view red = "31";
inline constexpr std::string_view green = "32";
inline constexpr std::string_view yellow = "33";
inline constexpr std::string_view dim = "2";

std::string painted(std::string_view text, std::string_view style, const TextOptions& options);
std::string_view style_of(tunnel::State state);

}  // namespace ikewatch::view
