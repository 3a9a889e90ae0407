// What receivers are told: an alert that fires, says more, or is over. Role: board -> outbox -> renderers. Ownership: values.
// Threads: plain values.
#pragma once

#include <ikewatch/alert/rule.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::alert {

enum class NoticeKind : std::uint8_t {
  firing,
  updated,  // fires still; cause or members changed. For receivers that keep a state, not for those that page people
  resolved,
};
std::string_view name_of(NoticeKind kind);

struct Member {
  std::string gateway;
  std::string tunnel;
  WallTime since;
  bool over = false;
  bool operator==(const Member&) const = default;
};

using Texts = std::map<std::string, std::string>;

struct Notice {
  NoticeKind kind = NoticeKind::firing;
  std::string id;   // 32 hex digits, the same from firing to resolved; another one when it fires again
  std::string key;  // 32 hex digits of the labels: the same whenever this alert fires
  Texts
      labels;  // alertname gateway tunnel severity, or alertname source severity, or alertname component severity; and the user's
  Texts annotations;  // cause side summary description checks, and the user's; empty ones are left out
  Severity severity = Severity::warning;
  std::string peer;
  std::string state;
  std::string confidence;
  std::vector<Member> members;  // of an incident, at most max_members
  std::size_t member_count = 0;
  WallTime starts_at;  // when the condition began to hold
  std::optional<WallTime> ends_at;
  std::uint32_t times = 1;           // of a resolved one: how often it fired between starts_at and ends_at, untold
  std::vector<std::string> held_by;  // alerts that say more of the same tunnel: who gets one of these need not get this one

  static constexpr std::size_t max_members = 64;
  bool operator==(const Notice&) const = default;
};

/// 32 hex digits that stand for the text, the same on every machine. Not for secrets.
std::string fingerprint(std::string_view text);
/// The text that identity is made of: names and values in order, each ended so that no two sets look alike.
std::string identity(const Texts& labels);

}  // namespace ikewatch::alert
