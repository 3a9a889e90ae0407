// Alerts of the running daemon: facts from the engine and from itself -> board -> outbox -> sender. Role: the one place where the
// alert room meets clock and network. Ownership: owns board, outbox and sender; refers to an engine that outlives it. Threads:
// the loop's.
#pragma once

#include <ikewatch/alert/board.hpp>
#include <ikewatch/alert/outbox.hpp>
#include <ikewatch/config/settings.hpp>
#include <ikewatch/engine/engine.hpp>
#include <ikewatch/engine/facts.hpp>
#include <ikewatch/metrics/exposition.hpp>
#include <ikewatch/notify/sender.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ikewatch::app {

/// How the daemon keeps up with what is written.
struct Pace {
  std::chrono::microseconds waiting{0};  // of the oldest line, for its turn
  bool behind = false;                   // what was written before the start may not be read yet
};

class Alarm {
 public:
  Alarm(boost::asio::io_context& loop, engine::Engine& engine);
  ~Alarm();

  /// At the start and at every reload; a Problem changes nothing. Secret files are read anew. `engine_settings` are those that
  /// the engine has.
  Problems configure(const config::Settings& settings, const engine::Settings& engine_settings);
  /// After a reload, once the engine has the new inventory too.
  void look_again();
  /// Once, behind configure() and behind the engine's own restore(): what saved() gave before the restart, or an empty text.
  /// Nothing is told before the sources have caught up.
  void restore(std::string_view saved);
  [[nodiscard]] std::string saved() const;
  /// Something was told or delivered since the last call: worth saving soon, so that a crash repeats little.
  [[nodiscard]] bool take_unsaved() { return std::exchange(unsaved_, false); }

  /// After lines were fed: what take_changes() gave. Cheap when it is empty.
  void take(const std::vector<engine::Change>& changes);
  /// Every second.
  void tick(const std::vector<metrics::SourceFacts>& sources, Pace pace);
  /// Something of ikewatch itself went wrong, or works again. `detail` is for people and holds no secret.
  void trouble(alert::Trouble what, const std::string& part, bool present, const std::string& detail);

  Result<std::string> silence(alert::Silence silence);
  bool end_silence(std::string_view id);

  /// The bodies of GET /api/v1/alerts and /api/v1/silences.
  [[nodiscard]] std::string alerts_json() const;
  [[nodiscard]] std::string silences_json() const;
  void tell(metrics::Facts& facts) const;

  /// Ends all requests; what was not delivered is in saved().
  void stop();

 private:
  void look_at(std::string_view gateway, std::string_view tunnel, alert::Moment now);
  void look_at_all(alert::Moment now);
  void move_on();
  void deliver(alert::Moment now);
  void delivered(std::uint64_t ticket, const alert::Outcome& outcome, std::string_view detail);
  void note_receivers(alert::Moment now);
  void note_lag(alert::Moment now, std::chrono::microseconds waiting);
  void watch_catching_up(const std::vector<metrics::SourceFacts>& sources, bool behind, alert::Moment now);
  void wait();

  boost::asio::io_context& loop_;
  engine::Engine& engine_;
  alert::Board board_;
  alert::Outbox outbox_;
  std::unique_ptr<notify::Sender> sender_;
  std::optional<engine::FactMaker> facts_;
  boost::asio::steady_timer timer_;
  std::map<std::uint64_t, std::string> under_way_;    // ticket -> receiver
  std::map<std::string, std::string> complained_of_;  // receiver -> what was logged last
  std::vector<alert::Rule> rules_;
  std::optional<alert::Duration> last_tick_;
  std::optional<std::uint64_t> lines_seen_;  // while catching up
  std::uint64_t busiest_second_ = 0;
  unsigned calm_seconds_ = 0;
  unsigned ticks_ = 0;
  bool catching_up_ = false;
  bool unsaved_ = false;
};

}  // namespace ikewatch::app
