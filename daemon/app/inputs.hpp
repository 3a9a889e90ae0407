// The set of live sources that a configuration asks for, started and exchanged as a whole. Role: settings -> running sources.
// Ownership: owns the sources. Threads: the loop's.
#pragma once

#include <ikewatch/config/settings.hpp>
#include <ikewatch/metrics/exposition.hpp>
#include <ikewatch/source/make.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ikewatch::app {

class Inputs {
 public:
  using Take = std::function<void(const source::Delivery&)>;
  using Positions = std::map<std::string, std::string>;  // by source name

  Inputs(boost::asio::io_context& loop, Take take) : loop_(loop), take_(std::move(take)) {}

  /// Runs exactly the sources of `settings`. Those that stay the same go on, with certificates read anew. All or nothing: on a
  /// problem the former set runs on. `positions`: where to go on reading, from the store.
  Problems exchange(const config::Settings& settings, const Positions& positions);
  void stop();

  [[nodiscard]] std::vector<metrics::SourceFacts> facts() const;
  [[nodiscard]] Positions positions() const;

 private:
  struct Running {
    config::Source wanted;
    std::size_t max_line = 0;
    std::unique_ptr<source::Source> source;
  };
  Problems start(const config::Source& wanted, const config::Settings& settings, const Positions& positions,
                 std::vector<Running>& running);

  boost::asio::io_context& loop_;
  Take take_;
  std::vector<Running> running_;
};

}  // namespace ikewatch::app
