#include "feeder.hpp"

#include "log.hpp"

#include <ikewatch/rules/rule_set.hpp>

#include <algorithm>
#include <exception>

namespace ikewatch::app {
namespace {

/// The bus may be later than the log, and the log later than the bus, by as much as this.
constexpr std::chrono::seconds same_ending{30};
constexpr std::string_view unit_program = "systemd-unit";  // of config/rules/systemd.yaml

/// The line that the rules know.
std::string text_of(const dbus::UnitChange& change) {
  if (change.event != dbus::UnitEvent::failed) return change.unit + ' ' + std::string(name_of(change.event));
  return change.unit + (change.starting ? " failed to start: " : " failed: ") + change.result;
}

constexpr std::size_t most_informed = 65536;  // as many gateways as the engine knows

}  // namespace

void Feeder::take(const Batch& batch) {
  Intake& intake = *batch.intake;
  auto loss = batch.losses().begin();
  const std::size_t count = batch.told_count();
  for (std::size_t i = 0; i < std::min(count, engine::Engine::look_ahead); ++i) expect(batch.told(i));
  for (std::size_t i = 0; i < count; ++i) {
    if (i + engine::Engine::look_ahead < count) expect(batch.told(i + engine::Engine::look_ahead));
    const Batch::Told& told = batch.told(i);
    const WallTime came = catch_up.came(told.time, batch.lines()[told.line].received);
    for (; loss != batch.losses().end() && loss->before <= told.line; ++loss)
      note(intake, *loss, std::min(came, loss->noticed));  // time must not run on before the lines behind it
    if (intake.gap.missing > 0) inform(intake, told.gateway, came);
    feed(batch, told, came);
  }
  for (; loss != batch.losses().end(); ++loss) note(intake, *loss, loss->noticed);
  intake.advance(batch);
}

void Feeder::take(const dbus::UnitChange& change, const rules::RuleSet& rules, WallTime now) {
  const bool failed = change.event == dbus::UnitEvent::failed;  // which no log of the daemon says
  if (!failed && told_ && now - *told_ < same_ending) return;
  const std::string text = text_of(change);
  const std::string raw = std::string(unit_program) + ": " + text;
  syslog::Record record;
  record.raw = raw;
  record.program = unit_program;
  record.text = text;
  rules::Event event;
  const rules::Verdict verdict = rules.match(record, {}, event);
  if (verdict.standing != rules::Standing::matched) return;
  engine_.feed({own_, raw, 0, now, now}, verdict, event);
}

void Feeder::feed(const Batch& batch, const Batch::Told& told, WallTime came) {
  const rules::EventKind kind = told.event.kind;
  const bool ends = kind == rules::EventKind::daemon_started || kind == rules::EventKind::daemon_stopped;
  if (ends && told.gateway == own_) told_ = batch.lines()[told.line].received;
  try {
    engine_.feed({told.gateway, batch.lines()[told.line].text, 0, told.time, came}, told.verdict, told.event);
  } catch (const std::exception& error) {  // out of memory: that line's fault, not the next one's
    log(Level::error, std::string("a line could not be handled: ") + error.what());
  }
}

/// This host's own tunnels at once; those of other gateways when they speak, since until then nobody knows who is in this log.
void Feeder::note(Intake& intake, const Batch::Loss& loss, WallTime noticed) {
  if (!intake.gaps_blind) return;
  intake.gap = {loss.lines, {}};
  intake.gap_news = true;
  if (intake.of_this_host) inform(intake, own_, noticed);
}

void Feeder::inform(Intake& intake, std::string_view gateway, WallTime now) {
  auto& informed = intake.gap.informed;
  if (informed.contains(gateway) || informed.size() >= most_informed) return;
  informed.emplace(gateway, '\0');
  intake.gap_news = true;
  engine_.gap(gateway, now, intake.gap.missing);
}

}  // namespace ikewatch::app
