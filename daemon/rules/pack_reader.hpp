// Pack text -> plain structs. Role: first phase of compile_packs(): keys, kinds and closed lists are checked here, and every
// mistake is reported. Ownership: the Pack owns its texts. Threads: pure.
#pragma once

#include <ikewatch/base/result.hpp>

#include "pack.hpp"

namespace ikewatch::rules {

inline constexpr std::size_t most_rules_per_pack = 20'000;
inline constexpr std::size_t most_forms_per_rule = 256;

Pack read_pack(const PackText& text, Problems& problems);

}  // namespace ikewatch::rules
