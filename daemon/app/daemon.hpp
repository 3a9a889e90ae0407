// The running daemon: configuration, sources, engine, HTTP, signals. Role: the composition root of `ikewatch run`. Ownership:
// owns everything that runs; members stand in the order in which they need each other, so that destruction is safe. Threads: the
// engine's, which runs the io_context; pipeline and inputs have more of their own.
#pragma once

#include "alarm.hpp"
#include "bus.hpp"
#include "data.hpp"
#include "feeder.hpp"
#include "inputs.hpp"
#include "keeper.hpp"
#include "pipeline.hpp"
#include "service.hpp"
#include "token.hpp"

#include <ikewatch/config/settings.hpp>
#include <ikewatch/engine/engine.hpp>
#include <ikewatch/http/server.hpp>
#include <ikewatch/metrics/exposition.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>

namespace ikewatch::app {

class Daemon {
 public:
  Daemon(boost::asio::io_context& loop, std::string config_path);
  ~Daemon();

  /// Opens everything. Not empty: nothing runs, and these are the reasons.
  Problems start();

 private:
  struct Loaded {
    config::Settings settings;
    Meaning meaning;
  };

  std::optional<Loaded> load(Problems& problems) const;
  void make_pipeline();
  [[nodiscard]] std::shared_ptr<const Matcher> make_matcher() const;
  Inputs::Positions restore();
  [[nodiscard]] engine::Settings engine_settings(const config::Settings& settings) const;
  [[nodiscard]] Reading reading() const { return {inputs_->facts(), inputs_->positions()}; }
  void tell_changes();
  void publish(std::span<const engine::Change> changes);
  void look_at_everything(std::uint64_t dropped);
  void open_bus();
  Problems open_http(const config::Settings& settings);
  void wait_for_signal();
  void on_signal(int signal);
  bool reload();
  Problems apply(Loaded loaded);
  void stop();
  void schedule_tick();
  void tick();

  http::Response answer(const http::Request& request);
  http::Response one_tunnel(std::string_view path, bool history);
  http::Response change(const http::Request& request);
  http::Response begin_silence(std::string_view body);
  [[nodiscard]] bool knows(const alert::Scope& scope) const;
  void load_token();
  [[nodiscard]] std::string metrics_text();

  boost::asio::io_context& loop_;
  std::string config_path_;
  config::Settings settings_;
  Meaning meaning_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<Keeper> keeper_;
  std::unique_ptr<Alarm> alarm_;
  std::unique_ptr<Feeder> feeder_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<Inputs> inputs_;
  std::unique_ptr<http::Server> http_;
  std::unique_ptr<Bus> bus_;
  Token token_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer timer_;
  metrics::ReloadFacts reload_;
  unsigned ticks_ = 0;
  unsigned untold_batches_ = 0;      // whose changes only the engine knows
  std::uint64_t known_dropped_ = 0;  // of the engine's changes
  bool ready_ = false;
};

}  // namespace ikewatch::app
