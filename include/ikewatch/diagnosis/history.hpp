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
  void child_changed(WallTime now) { child_changed_ = now; }
  /// A child SA stands, or did until now.
  void was_up(WallTime now) { last_up_ = now; }

  /// How often since then, at most `remembered`.
  [[nodiscard]] std::size_t count_since(rules::Signal signal, WallTime since) const;
  [[nodiscard]] std::optional<WallTime> child_changed() const { return child_changed_; }
  [[nodiscard]] std::optional<WallTime> last_up() const { return last_up_; }

  /// Everything, for saving.
  struct Facts {
    std::vector<std::pair<rules::Signal, Trace>> traces;  // of signals that were seen
    std::optional<WallTime> child_changed;
    std::optional<WallTime> last_up;
  };
  [[nodiscard]] Facts facts() const;
  void restore(const Facts& facts);

 private:
  std::array<Trace, rules::signals> traces_{};
  std::optional<WallTime> child_changed_;
  std::optional<WallTime> last_up_;
};

}  // namespace ikewatch::diagnosis
