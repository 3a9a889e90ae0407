// The board: keeps for every rule and subject whether it is pending, firing or clearing, and says what is to be told. Role: facts
// -> notices. Ownership: holds what it was told; keeps no references. Threads: one at a time; given time, never asks for it.
#pragma once

#include <ikewatch/alert/memory.hpp>
#include <ikewatch/alert/notice.hpp>
#include <ikewatch/alert/silence.hpp>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::alert {

/// When tunnels that fall together are one incident: as many alerts of one rule whose conditions began this near to each other,
/// at one gateway that has nothing up any more, or to one network of peers.
struct Grouping {
  std::size_t members = 3;  // 0: never
  Duration together = std::chrono::minutes(1);
  Duration joining = std::chrono::minutes(5);  // how long after its last member an incident takes further ones
  unsigned v4_bits = 24;
  unsigned v6_bits = 48;
};

struct Setup {
  std::vector<Rule> rules;
  std::vector<Window> windows;
  std::string gateway;  // this host's name, for alerts on sources and on the daemon
  Grouping grouping;
  std::size_t max_alerts = 20000;  // pending ones included; more are counted
  std::size_t max_silences = 1000;
};

/// Why a firing alert is not told.
enum class Held : std::uint8_t { no, grace, silenced, window, twin, incident, root_cause };
std::string_view name_of(Held held);
std::string_view name_of(Phase phase);

struct AlertView {
  Notice notice;
  Phase phase = Phase::pending;
  Held held = Held::no;
  std::string by;  // id of the silence or incident, name of the window or alert, gateway of the other end
};

class Board {
 public:
  explicit Board(Setup setup);
  ~Board();
  Board(Board&&) noexcept;
  Board& operator=(Board&&) noexcept;

  void observe(TunnelFact fact, Moment now);
  void observe(SourceFact fact, Moment now);
  void observe(DaemonFact fact, Moment now);
  /// The subject is no longer known: its alerts are over.
  void forget(const TunnelName& name, Moment now);
  void forget_source(std::string_view name, Moment now);
  /// After a reload: every other tunnel is forgotten; one that has another name now is another one.
  void keep_only(const std::set<TunnelName>& known, Moment now);

  /// Lets time pass and decides what is told. After every batch of facts, and at next_deadline().
  void advance(Moment now);
  /// On the steady clock. A wall clock that was set may move the end of silences and windows: advance() every few seconds too.
  [[nodiscard]] std::optional<Duration> next_deadline() const;
  /// Tunnels about to be called silent: their facts should be observed anew before advance(), since only lines that change
  /// something bring one.
  [[nodiscard]] std::vector<TunnelName> worth_a_look(Moment now) const;

  /// What is to be told, in order; each once.
  [[nodiscard]] std::vector<Notice> take_notices();
  [[nodiscard]] std::vector<AlertView> alerts() const;

  /// A Problem where the times make no sense or there are too many. Gives the id.
  Result<std::string> silence(Silence silence, Moment now);
  bool end_silence(std::string_view id, Moment now);
  [[nodiscard]] std::vector<Silence> silences() const;

  /// Conditions that found no room.
  [[nodiscard]] std::uint64_t overflowed() const;

  [[nodiscard]] BoardMemory memory(Moment now) const;
  /// Before the first fact. Nothing is told until caught_up(), or until `grace` is over: until then facts may be of the past.
  void restore(const BoardMemory& memory, Moment now);
  void begin_grace(Moment now, Duration grace);
  void caught_up(Moment now);

  /// New rules and windows. Alerts of rules that are no more are over; what is told stays told.
  void reconfigure(Setup setup, Moment now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ikewatch::alert
