// The alerts of a scenario: a board that watches the scenario's engine, and expectations about what it tells. Role: private to
// the scenario player. Ownership: a value; the engine belongs to the player.
#pragma once

#include "scenario_words.hpp"

#include <ikewatch/alert/board.hpp>
#include <ikewatch/config/settings.hpp>
#include <ikewatch/engine/engine.hpp>
#include <ikewatch/engine/facts.hpp>

#include <deque>
#include <optional>
#include <string>

namespace ikewatch::test {

class AlertBench {
 public:
  /// `ALERT {...}`, `MAINTENANCE {...}`, in the words of the configuration; what is wrong with it, or nothing.
  std::string configure(std::string_view section, std::string_view yaml);
  /// `ALERTS default`: those of the configuration that ships.
  std::string configure_default(std::string_view file);
  void apply(const engine::Settings& settings, alert::Moment now);
  [[nodiscard]] bool in_use() const { return in_use_; }

  /// Everything that changed in the engine, then time.
  void look(engine::Engine& engine, alert::Moment now);
  void look_at_all(engine::Engine& engine, alert::Moment now);
  [[nodiscard]] std::optional<alert::Duration> next_deadline() const;

  /// `SOURCE name up|down|line|lost`, `DAEMON trouble on|off [part]`, `SILENCE pattern 2h`, `UNSILENCE`, `CAUGHT_UP`.
  std::string source(Words words, alert::Moment now);
  std::string daemon(Words words, alert::Moment now);
  std::string silence(Words words, alert::Moment now);
  std::string unsilence(alert::Moment now);
  void caught_up(alert::Moment now);
  void restart(alert::Moment now);

  /// `EXPECT alert ...`, `EXPECT no alert`, `EXPECT notice ...`, `EXPECT alerts ...`.
  std::string check(Words words, WallTime beginning);
  std::string check_none();
  std::string check_notice(Words words, WallTime beginning);
  std::string check_counts(Words words);
  [[nodiscard]] std::string unsaid();

 private:
  [[nodiscard]] alert::Setup setup() const;
  alert::Board& board(alert::Moment now);
  void collect();

  config::Settings settings_;
  std::optional<engine::FactMaker> facts_;
  std::optional<alert::Board> board_;
  std::map<std::string, alert::SourceFact> sources_;
  std::deque<alert::Notice> told_;
  std::optional<alert::Notice> last_;
  bool in_use_ = false;
};

}  // namespace ikewatch::test
