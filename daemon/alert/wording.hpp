// Makes notices from facts. Role: private to the board. Threads: pure functions.
#pragma once

#include "subject.hpp"

#include <ikewatch/alert/notice.hpp>

namespace ikewatch::alert {

/// Bounds on the texts of a notice, in bytes.
inline constexpr std::size_t max_summary = 512;
inline constexpr std::size_t max_description = 2048;
inline constexpr std::size_t max_checks = 2048;

/// Labels, texts, id and key; `since` is when the condition began.
Notice make_notice(const Rule& rule, const Subject& subject, std::string_view own_gateway, WallTime since);

/// What the members of an incident have in common.
struct Group {
  bool gateway = false;       // every tunnel of one gateway; else peers of one network
  std::string name;           // the gateway or the network
  std::string gateway_label;  // the one gateway of all members, or *
};

Notice make_incident(const Rule& rule, const Group& group, WallTime since);
/// Puts members and their commonest cause into the texts. `facts` stand beside those members that are not over.
void describe(Notice& incident, const Rule& rule, const Group& group, const std::vector<Member>& members,
              const std::vector<const TunnelFact*>& facts);

/// The network that the peer is in, as text; empty where the peer is no address.
std::string network_of(std::string_view peer, unsigned v4_bits, unsigned v6_bits);

}  // namespace ikewatch::alert
