// What a tunnel went through, as far as it decides what later lines mean. Role: signals and states of the past -> conditions of
// inferences. Ownership: a value, one for each tunnel. Threads: one at a time; given time, never asks for it.
#pragma once

#include <ikewatch/base/time.hpp>
#include <ikewatch/rules/event.hpp>
#include <ikewatch/rules/vocabulary.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace ikewatch::diagnosis {

class History {
 public:
  /// How many of the last times of a signal are known: as many as an inference may ask for.
  static constexpr std::size_t remembered = 4;
  struct Trace {
    std::array<WallTime, remembered> last{};  // the next to be overwritten at `count` modulo remembered
    std::uint64_t count = 0;
  };

  void note(rules::Signal signal, WallTime now);
  /// A child SA came, expired or was deleted.
  void child_changed(WallTime now) { facts_.child_changed = now; }
  /// A child SA stands, or did until now.
  void was_up(WallTime now) { facts_.last_up = now; }

  /// How often since then, at most `remembered`.
  [[nodiscard]] std::size_t count_since(rules::Signal signal, WallTime since) const;
  [[nodiscard]] std::optional<WallTime> child_changed() const { return facts_.child_changed; }
  [[nodiscard]] std::optional<WallTime> last_up() const { return facts_.last_up; }

  /// Everything, for saving.
  struct Facts {
    std::vector<std::pair<rules::Signal, Trace>> traces;  // of signals that were seen: few tunnels see any
    std::optional<WallTime> child_changed;
    std::optional<WallTime> last_up;
  };
  [[nodiscard]] const Facts& facts() const { return facts_; }
  /// Of several traces of one signal the first counts.
  void restore(Facts facts) { facts_ = std::move(facts); }

 private:
  Facts facts_;
};

}  // namespace ikewatch::diagnosis
