#include "intake.hpp"

#include "batch.hpp"

#include <algorithm>

namespace ikewatch::app {
namespace {

/// What is counted behind the sink; lines are counted when they are taken.
void add(source::Counters& sum, const source::Counters& more) {
  sum.bytes += more.bytes;
  sum.malformed += more.malformed;
  for (const auto& [reason, count] : more.dropped) sum.dropped[reason] += count;
}

}  // namespace

void Intake::advance(const Batch& batch) {
  position = batch.position;
  if (counted.size() <= batch.part) counted.resize(batch.part + 1);
  counted[batch.part] = batch.counted;
  behind = behind && !batch.counted.caught_up;
  lines += batch.lines().size();
  if (!batch.lines().empty()) last_line = batch.lines().back().received;
}

source::Counters Intake::counters(const std::vector<source::Counters>& parts) const {
  source::Counters sum = former;
  for (const auto& part : parts) add(sum, part);
  sum.lines += lines;
  sum.last_line = std::max(former.last_line, last_line);
  return sum;
}

}  // namespace ikewatch::app
