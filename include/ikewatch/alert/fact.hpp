// What is true of a tunnel, a source or the daemon itself at a moment. Role: engine, sources and app -> board. Ownership: values.
// Threads: plain values.
#pragma once

#include <ikewatch/base/time.hpp>
#include <ikewatch/rules/vocabulary.hpp>
#include <ikewatch/tunnel/state.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::alert {

using Duration = std::chrono::microseconds;

/// Both clocks at one moment. Waiting is measured with `steady`, which counts from any origin and never jumps; `wall` is what
/// people are told, and what silences and maintenance windows mean. A step of the wall clock fires and resolves nothing.
struct Moment {
  WallTime wall;
  Duration steady{0};

  [[nodiscard]] Moment later(Duration span) const { return {wall + span, steady + span}; }
};

enum class SubjectKind : std::uint8_t { tunnel, source, daemon };

enum class Mode : std::uint8_t { always_on, on_demand };
std::string_view name_of(Mode mode);

/// A tunnel by the words that name it everywhere.
struct TunnelName {
  std::string gateway;
  std::string tunnel;  // the configured name, else the peer
  auto operator<=>(const TunnelName&) const = default;
};

struct TunnelFact {
  TunnelName name;
  std::string peer;
  tunnel::State state = tunnel::State::unknown;
  bool flapping = false;
  std::optional<Mode> mode;  // of the inventory; nothing for a tunnel that does not stand there
  std::optional<WallTime> last_event;
  std::array<std::uint64_t, 3> failures{};  // negotiations that failed, by phase; [0] unused
  std::optional<TunnelName> twin;           // the same tunnel as the log of its other end shows it
  // The leading unresolved cause, `none` where there is none, and its words.
  rules::Cause cause = rules::Cause::none;
  rules::Side side = rules::Side::unknown;
  rules::Confidence confidence = rules::Confidence::possible;
  std::string summary;
  std::string explanation;
  std::vector<std::string> checks;
};

struct SourceFact {
  std::string name;
  bool up = false;
  std::optional<WallTime> last_line;
  std::uint64_t lost = 0;  // lines lost before they could be read, counted since the start
};

/// What can be wrong with ikewatch itself.
enum class Trouble : std::uint8_t {
  store,     // what is known cannot be saved
  reload,    // the last configuration was refused
  delivery,  // a receiver does not take its notifications
  queue,     // notifications wait too long, or were given up
  lag,       // lines wait too long for the engine
};
inline constexpr std::size_t troubles = static_cast<std::size_t>(Trouble::lag) + 1;
std::string_view name_of(Trouble trouble);
std::optional<Trouble> trouble_named(std::string_view name);

struct DaemonFact {
  Trouble trouble = Trouble::store;
  std::string part;  // which receiver, which source; empty where there is only one
  bool present = false;
  std::string detail;  // one sentence for people; never a secret
};

}  // namespace ikewatch::alert
