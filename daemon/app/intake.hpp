// What the engine has taken of one source. Role: the consistent point that is saved: position and counters move when the engine
// has seen the line, not when the source has read it. Ownership: shared by the source's entry in Inputs and its batches on the
// way. Threads: the engine's.
#pragma once

#include "gap_notes.hpp"

#include <ikewatch/base/time.hpp>
#include <ikewatch/source/source.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ikewatch::app {

class Batch;

struct Intake {
  /// The engine has taken all lines of the batch.
  void advance(const Batch& batch);
  /// The whole source up to the last line taken, where its `parts` counted that; whether it is up is not known here.
  [[nodiscard]] source::Counters counters(const std::vector<source::Counters>& parts) const;

  std::string name;
  std::string position;                   // where reading goes on after a restart
  source::Counters former;                // of sources of this name that ran before
  std::vector<source::Counters> counted;  // by part of the source, up to the last line taken
  std::uint64_t lines = 0;
  std::optional<WallTime> last_line;
  bool behind = false;      // what was written while nobody looked may not have been taken yet
  bool gaps_blind = false;  // a loss may have hidden what any gateway in this source did (docs/adr/0009)
  bool of_this_host = false;
  GapNote gap;            // the last one, and who was told of it; nothing is missing where there was none
  bool gap_news = false;  // not saved yet
};

}  // namespace ikewatch::app
