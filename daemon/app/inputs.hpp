// The set of live sources that a configuration asks for, started and exchanged as a whole. Role: settings -> running sources,
// each on a reading loop, which feed the pipeline. Ownership: owns loops and sources; refers to a pipeline that outlives it.
// Threads: the engine's.
#pragma once

#include "feed.hpp"
#include "intake.hpp"
#include "pipeline.hpp"
#include "reading_loop.hpp"

#include <ikewatch/config/settings.hpp>
#include <ikewatch/metrics/exposition.hpp>
#include <ikewatch/source/make.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ikewatch::app {

class Inputs {
 public:
  using Positions = std::map<std::string, std::string>;  // by source name

  /// `threads`: reading loops for the network, and sockets of each UDP source; at least 1.
  Inputs(Pipeline& pipeline, unsigned threads);
  ~Inputs();

  /// Runs exactly the sources of `settings`. Those that stay the same go on untouched. All or nothing: on a problem the former
  /// set runs on. `positions`: where to go on reading, from the store. What retired sources had read is taken before this
  /// returns. Fresh sources are open, but read nothing until release().
  Problems exchange(const config::Settings& settings, const Positions& positions);
  void release();
  /// Everything that was read has been taken when this returns.
  void stop();
  /// Has positions handed in that moved without a line.
  void report();

  /// Lines and positions as far as the engine has taken them.
  [[nodiscard]] std::vector<metrics::SourceFacts> facts() const;
  [[nodiscard]] Positions positions() const;

 private:
  /// One socket, or whatever else is read by one thread.
  struct Part {
    ReadingLoop* loop = nullptr;
    std::shared_ptr<Feed> feed;
    std::unique_ptr<source::Source> source;
  };
  struct Running {
    config::Source wanted;
    std::size_t max_line = 0;
    std::shared_ptr<Intake> intake;
    std::vector<Part> parts;
  };
  Problems start(const config::Source& wanted, const config::Settings& settings, const Positions& positions,
                 std::vector<Running>& running);
  Result<void> start_part(Running& running, const config::Settings& settings, source::UdpShare share);
  Problems start_missing(const config::Settings& settings, const std::vector<Running>& kept, const Positions& positions,
                         std::vector<Running>& fresh);
  void end(std::vector<Running>& running);
  ReadingLoop& loop_for(const config::Source& wanted);

  Pipeline& pipeline_;
  ReadingLoop disk_;  // journals and files: waiting for a disk must not cost datagrams
  std::vector<std::unique_ptr<ReadingLoop>> network_;
  std::size_t next_loop_ = 0;
  std::vector<Running> running_;
};

}  // namespace ikewatch::app
