// What the board knows, as plain values that can be saved and given back. Role: board <-> store. Ownership: self-contained
// copies. Threads: plain values.
#pragma once

#include <ikewatch/alert/notice.hpp>
#include <ikewatch/alert/silence.hpp>

#include <string>
#include <vector>

namespace ikewatch::alert {

enum class Phase : std::uint8_t { pending, firing, clearing };

struct AlertMemory {
  std::string subject;  // key_of()
  std::string rule;
  Phase phase = Phase::pending;
  WallTime since;
  WallTime ended;      // clearing
  Duration waited{0};  // how long the condition holds, or is gone, when this is saved
  bool told = false;
  std::string incident;  // its id, empty: none
  Notice notice;         // what was told; only its texts where nothing was
  bool operator==(const AlertMemory&) const = default;
};

struct IncidentMemory {
  std::string group;  // what its members have in common
  std::string rule;
  Notice notice;
  std::vector<std::pair<std::string, Member>> members;  // by subject
  Duration joined{0};                                   // how long ago the last member came
  bool operator==(const IncidentMemory&) const = default;
};

struct SubjectMemory {
  std::string subject;
  tunnel::State settled = tunnel::State::unknown;
  int failed_phase = 0;
  bool operator==(const SubjectMemory&) const = default;
};

struct BoardMemory {
  WallTime saved_at;
  std::vector<AlertMemory> alerts;
  std::vector<IncidentMemory> incidents;
  std::vector<SubjectMemory> subjects;  // tunnels that are not simply up or idle
  std::vector<Silence> silences;
  bool operator==(const BoardMemory&) const = default;
};

}  // namespace ikewatch::alert
