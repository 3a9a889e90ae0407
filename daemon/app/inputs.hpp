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
  Inputs(Pipeline& pipeline, unsigned threads, Heartbeats& watch);
  ~Inputs();

  /// Before the first exchange(): what gaps() gave before the restart.
  void restore(GapNotes gaps) { saved_gaps_ = std::move(gaps); }
  /// Runs exactly the sources of `settings`. Those that stay the same go on, with certificates read anew. All or nothing: on a
  /// problem the former set runs on. `positions`: where to go on reading, from the store. What retired sources had read is taken
  /// before this returns, and their counters go on in successors of their name. Fresh sources are open, but read nothing until
  /// release().
  Problems exchange(const config::Settings& settings, const Positions& positions);
  void release();
  /// Everything that was read has been taken when this returns.
  void stop();
  /// Has positions and counters handed in that moved without a line, and every reading loop beat.
  void report();

  /// Some source has not read yet, or the engine not taken, what was there when it began to read.
  [[nodiscard]] bool behind() const;
  /// Counters and positions as far as the engine has taken the lines.
  [[nodiscard]] std::vector<metrics::SourceFacts> facts() const;
  [[nodiscard]] Positions positions() const;
  /// Of sources that had a gap.
  [[nodiscard]] GapNotes gaps() const;
  /// Whether gaps() may have changed since the last call.
  bool take_gap_news();

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
  Problems start(const config::Source& wanted, const config::Settings& settings, std::shared_ptr<Intake> intake,
                 std::vector<Running>& running);
  Result<void> start_part(Running& running, const config::Settings& settings, source::UdpShare share);
  /// Those of `settings` that are not among `kept`, as successors of `retired`.
  Problems start_missing(const config::Settings& settings, const std::vector<Running>& kept, const std::vector<Running>& retired,
                         const Positions& positions, std::vector<Running>& fresh);
  [[nodiscard]] static source::Counters counted(const Running& running);
  static Result<void> refresh(std::vector<Running>& running);
  static void limit_connections(std::vector<Running>& running, std::size_t most);
  void end(std::vector<Running>& running);
  ReadingLoop& loop_for(const config::Source& wanted);

  Pipeline& pipeline_;
  ReadingLoop disk_;  // journals and files: waiting for a disk must not cost datagrams
  std::vector<std::unique_ptr<ReadingLoop>> network_;
  std::size_t next_loop_ = 0;
  std::vector<Running> running_;
  config::Settings settings_;  // by which they run
  GapNotes saved_gaps_;
  bool exchanged_ = false;  // since take_gap_news()
};

}  // namespace ikewatch::app
