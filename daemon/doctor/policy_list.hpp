// The kernel's security policies, as `ip xfrm policy` and `setkey -DP` print them. Role: text -> policies. Ownership: values.
// Threads: pure.
#pragma once

#include "settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::doctor {

enum class Direction : std::uint8_t { in, out, fwd };
std::string_view name_of(Direction direction);

/// What a policy asks of a packet: one for each protocol of a bundle.
struct Template {
  std::string protocol;  // esp, ah, comp, ipcomp
  bool tunnel = false;
  std::optional<Address> source;
  std::optional<Address> destination;
  bool optional = false;  // `level use`: without an SA the packet goes in the clear
};

struct Policy {
  std::size_t line = 0;  // where it begins in the list
  Direction direction = Direction::in;
  Selector source;
  Selector destination;
  bool ipsec = false;  // else it lets pass or discards
  std::vector<Template> templates;
  bool marked = false;  // bound to a mark or an interface id: another program's

  [[nodiscard]] const Template* tunnel() const;
};

struct PolicyList {
  bool knows_fwd = false;  // the kernel that it comes from has the direction `fwd` (Linux)
  std::vector<Policy> policies;
  std::size_t not_understood = 0;  // lines that should begin a policy
};

/// At most 16384 policies. Per-socket policies are left out, as racoon does.
PolicyList policies_in(std::string_view text);

/// `10.1.0.0/16`, with port and protocol where they are not any.
std::string to_string(const Selector& selector);

}  // namespace ikewatch::doctor
