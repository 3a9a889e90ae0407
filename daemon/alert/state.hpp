// The board's state and the steps on it, private to the room. board.cpp: life of an alert; telling.cpp: who is told;
// incidents.cpp: what falls together; quiet.cpp: silences and windows; remembering.cpp: saving. Ownership: see Board.
#pragma once

#include "subject.hpp"
#include "wording.hpp"

#include <ikewatch/alert/board.hpp>
#include <ikewatch/base/hashed_map.hpp>

#include <array>
#include <map>
#include <set>
#include <unordered_map>

namespace ikewatch::alert {

/// Subject and rule name: the alerts of one subject stand together.
using AlertKey = std::pair<std::string, std::string>;

struct Alert {
  Phase phase = Phase::pending;
  WallTime since;     // when the condition began to hold
  WallTime ended;     // clearing: when it was gone
  Duration began{0};  // of the condition, or of clearing, on the steady clock
  std::optional<Duration> deadline;
  Duration not_before{0};  // of telling: the other end's alert was over only then
  bool told = false;
  Notice notice;         // as told last
  std::string incident;  // id, empty: none
  Held held = Held::no;
  std::string by;
};

struct Incident {
  std::string rule;
  std::string group;  // key of the group
  Group what;
  Notice notice;
  std::map<std::string, Member> members;  // by subject
  Duration joined{0};
  bool told = false;
  bool changed = true;
};

/// Alerts that may become members, by rule and group. Made once for each round of telling, when it is first needed.
struct Census {
  std::map<std::pair<std::string, std::string>, std::vector<AlertKey>> by_group;
  std::map<std::string, bool> nothing_up;  // by gateway
};

struct Board::Impl {
  explicit Impl(Setup given);

  // board.cpp
  template <class Fact>
  void observe(Fact fact, std::string key, Moment now);
  void judge(const std::string& key, Subject& subject, Moment now);
  void apply(const AlertKey& key, const Rule& rule, const Subject& subject, bool holds, Moment now);
  void begin(const AlertKey& key, const Rule& rule, Moment now);
  void set_deadline(const AlertKey& key, Alert& alert, std::optional<Duration> deadline);
  void set_recheck(const std::string& key, Subject& subject, std::optional<Duration> recheck);
  void refresh(const AlertKey& key, Alert& alert, const Rule& rule, const Subject& subject);
  void run_deadlines(Moment now);
  void end(std::map<AlertKey, Alert>::iterator found, Moment now);
  void gone(const std::string& subject, Moment now);
  void leave_grace(Moment now);
  [[nodiscard]] bool in_grace(Moment now) const { return quiet_until && now.steady < *quiet_until; }
  [[nodiscard]] const Rule* rule_named(std::string_view name) const;
  [[nodiscard]] const TunnelFact* tunnel_of(const std::string& subject) const;

  // telling.cpp
  void tell(Moment now);
  void tell_one(const AlertKey& key, Alert& alert, Moment now);
  void emit(Notice& told, NoticeKind kind, const std::optional<WallTime>& ends_at = std::nullopt);
  [[nodiscard]] std::vector<std::string> holders(const AlertKey& key, const Rule& rule) const;
  [[nodiscard]] bool twin_is_told(const AlertKey& key, const Alert& alert) const;
  void release_twin(const AlertKey& key, const Rule& rule, Moment now);

  // quiet.cpp
  [[nodiscard]] bool fits_scope(const Scope& scope, const AlertKey& key) const;
  [[nodiscard]] std::optional<std::pair<Held, std::string>> quiet_by(const AlertKey& key, Moment now) const;
  void run_quiet(Moment now);

  // incidents.cpp
  bool take_into_incident(const AlertKey& key, Alert& alert, Moment now, std::optional<Census>& census);
  void join(const std::string& id, Incident& incident, const AlertKey& key, Alert& alert, Moment now);
  bool join_one_that_is_open(const AlertKey& key, Alert& alert, const std::array<std::string, 2>& groups, Moment now);
  [[nodiscard]] Census take_census(Moment now) const;
  [[nodiscard]] std::array<std::string, 2> groups_of(const TunnelFact& fact) const;
  [[nodiscard]] std::vector<AlertKey> together_with(const Alert& alert, const std::vector<AlertKey>& candidates) const;
  [[nodiscard]] bool may_group(const AlertKey& key, const Alert& alert, Moment now) const;
  [[nodiscard]] bool nothing_up(const std::string& gateway) const;
  void open(const Group& group, const std::string& group_key, const Rule& rule, const std::vector<AlertKey>& keys, Moment now);
  void leave(const AlertKey& key, const Alert& alert, Moment now);
  void tell_incidents();
  [[nodiscard]] std::vector<std::string> incident_holders(const Incident& incident, const Rule& rule) const;

  Setup setup;
  HashedMap<Subject> subjects;
  std::map<std::string, SubjectMemory> remembered;  // of subjects that have not been seen since the restart
  std::map<AlertKey, Alert> alerts;
  std::set<std::pair<Duration, AlertKey>> deadlines;
  std::set<std::pair<Duration, std::string>> rechecks;
  std::set<AlertKey> open_questions;          // firing, and not told to everybody
  std::map<std::string, Incident> incidents;  // by id
  std::vector<Silence> silences;
  std::vector<Notice> out;
  std::optional<Duration> quiet_until;
  WallTime quiet_checked{};
  std::optional<WallTime> next_quiet_change;
  std::uint64_t overflowed = 0;
  std::uint64_t silences_made = 0;
  Moment latest;  // what advance() was told last
  bool dirty = false;
};

}  // namespace ikewatch::alert
