// States in colour. Role: private to view. Threads: pure.
#pragma once

#include <ikewatch/view/prose.hpp>
#include <ikewatch/view/text.hpp>

#include <string>
#include <string_view>

namespace ikewatch::view {

std::string painted(std::string_view text, std::string_view style, const TextOptions& options);
std::string_view style_of(tunnel::State state);

}  // namespace ikewatch::view
