#include "feeder.hpp"

#include "log.hpp"

#include <exception>

namespace ikewatch::app {
namespace {

constexpr std::size_t most_informed = 65536;  // as many gateways as the engine knows

}  // namespace

void Feeder::take(const Batch& batch) {
  Intake& intake = *batch.intake;
  auto loss = batch.losses().begin();
  for (std::size_t i = 0; i < batch.told_count(); ++i) {
    const Batch::Told& told = batch.told(i);
    for (; loss != batch.losses().end() && loss->before <= told.line; ++loss) note(intake, *loss);
    if (intake.missing > 0) inform(intake, told.gateway, batch.lines()[told.line].received);
    feed(batch, told);
  }
  for (; loss != batch.losses().end(); ++loss) note(intake, *loss);
  intake.position = batch.position;
  intake.lines += batch.lines().size();
  if (!batch.lines().empty()) intake.last_line = batch.lines().back().received;
}

void Feeder::feed(const Batch& batch, const Batch::Told& told) {
  const Batch::Line& line = batch.lines()[told.line];
  try {
    engine_.feed({told.gateway, line.text, 0, told.time, line.received}, told.verdict, told.event);
  } catch (const std::exception& error) {  // out of memory: that line's fault, not the next one's
    log(Level::error, std::string("a line could not be handled: ") + error.what());
  }
}

/// This host's own tunnels at once; those of other gateways when they speak, since until then nobody knows who is in this log.
void Feeder::note(Intake& intake, const Batch::Loss& loss) {
  if (!intake.gaps_blind) return;
  intake.missing = loss.lines;
  intake.informed.clear();
  if (intake.of_this_host) inform(intake, own_, loss.noticed);
}

void Feeder::inform(Intake& intake, std::string_view gateway, WallTime now) {
  if (intake.informed.contains(gateway) || intake.informed.size() >= most_informed) return;
  intake.informed.emplace(gateway, '\0');
  engine_.gap(gateway, now, intake.missing);
}

}  // namespace ikewatch::app
