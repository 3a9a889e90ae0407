// A memory of any values: an engine that takes it goes on with lines and time, and one that is given what that one knows then,
// through the store, knows the same.
#include "target.hpp"

#include "archive.hpp"
#include "folder_of_test.hpp"
#include "records.hpp"

#include <ikewatch/diagnosis/knowledge.hpp>
#include <ikewatch/engine/engine.hpp>
#include <ikewatch/store/store.hpp>
#include <ikewatch/syslog/header.hpp>
#include <ikewatch/view/json.hpp>

#include <algorithm>

namespace ikewatch::fuzz {
namespace {

constexpr WallTime now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};
constexpr const char* lines[] = {
    "racoon: INFO: ISAKMP-SA established 192.0.2.1[500]-198.51.100.7[500] spi:0123456789abcdef:fedcba9876543210",
    "racoon: INFO: IPsec-SA expired: ESP/Tunnel 198.51.100.7[0]->192.0.2.1[0] spi=1(0x1)",
    "racoon: ERROR: phase1 negotiation failed due to time up. 0123456789abcdef:0000000000000000",
};

struct Meaning {
  std::shared_ptr<const rules::RuleSet> rules;
  std::shared_ptr<const diagnosis::Knowledge> knowledge;
};

Meaning read_meaning() {
  std::vector<rules::PackText> packs;
  for (auto& [name, text] : yaml_files("config/rules")) packs.push_back({name, text});
  const std::string causes = IKEWATCH_SOURCE_DIR "/config/causes.yaml";
  Meaning meaning{rules::compile_packs(packs).rules, diagnosis::read_knowledge(causes, file_text(causes)).knowledge};
  must(meaning.rules && meaning.knowledge, "what ships is good");
  return meaning;
}

/// Any that the store may give, but for its last day: what is made of it is a time of the store too.
WallTime time(Values& values) {
  constexpr WallTime first{std::chrono::microseconds(store::earliest_time)};
  constexpr WallTime last = WallTime{std::chrono::microseconds(store::latest_time)} - std::chrono::days(1);
  return std::clamp(WallTime(std::chrono::microseconds(static_cast<std::int64_t>(values.number()))), first, last);
}

std::optional<WallTime> time_if_any(Values& values) {
  if (values.byte() % 2 == 0) return std::nullopt;
  return time(values);
}

std::optional<std::uint32_t> spi(Values& values) {
  if (values.byte() % 4 == 0) return std::nullopt;
  return static_cast<std::uint32_t>(values.number());
}

template <class Name>
Name any(Values& values, std::size_t count) {
  return static_cast<Name>(values.byte() % count);
}

/// Not `none`, which stands for those that this version does not know.
rules::Cause cause(Values& values) { return static_cast<rules::Cause>(1 + values.byte() % (rules::causes - 1)); }

diagnosis::Finding finding(Values& values) {
  diagnosis::Finding finding;
  finding.cause = cause(values);
  finding.side = any<rules::Side>(values, 5);
  finding.confidence = any<rules::Confidence>(values, 3);
  finding.rank = values.byte();
  finding.resolved = values.byte() % 2 == 1;
  finding.count = values.number();
  finding.first_line = values.number();
  finding.last_line = values.number();
  finding.order = values.number();
  finding.note = values.text();
  for (int left = values.byte() % 4; left > 0; --left) finding.evidence.push_back({values.number(), values.text()});
  return finding;
}

engine::TunnelMemory tunnel(Values& values, std::size_t nth) {
  engine::TunnelMemory tunnel;
  tunnel.index = static_cast<tunnel::TunnelIndex>(nth);
  tunnel.gateway = values.byte() % 2 == 0 ? "gw1" : values.text();
  tunnel.peer = values.byte() % 2 == 0 ? "198.51.100.7" : values.text() + std::to_string(nth);
  tunnel.dialect = values.byte() % 2 == 0 ? "racoon" : values.text();
  tunnel.facts.state = any<tunnel::State>(values, tunnel::states);
  tunnel.facts.since = time_if_any(values);
  tunnel.last_event = time_if_any(values);
  tunnel.facts.changes = values.number();
  tunnel.peer_dead = values.number();
  tunnel.negotiations = {0, values.number(), values.number()};
  tunnel.failures[{static_cast<int>(values.byte()), any<rules::Cause>(values, rules::causes)}] = values.number();
  for (int left = values.byte() % 128; left > 0 && !values.empty(); --left) {
    auto& sa = tunnel.facts.ike.emplace_back();
    if (values.byte() % 4 != 0) sa.cookies = {values.number(), values.number()};
    sa.since = time(values);
  }
  for (int left = values.byte() % 128; left > 0 && !values.empty(); --left) {
    tunnel.facts.children.push_back({spi(values), spi(values), time(values), time_if_any(values)});
  }
  for (int left = values.byte() % 8; left > 0 && !values.empty(); --left) tunnel.diagnoses.findings.push_back(finding(values));
  return tunnel;
}

bool flag(Values& values) { return values.byte() % 2 == 1; }

tunnel::TunnelIndex index(Values& values) { return values.byte() % 32; }

/// What the lines of this tunnel led to, beyond its SAs.
void add_facts(tunnel::TunnelFacts& facts, Values& values) {
  for (std::uint8_t phase = 0; phase < facts.attempts.size(); ++phase) {
    if (flag(values)) facts.attempts[phase] = {phase, time(values), flag(values), flag(values)};
    facts.failed[phase] = time_if_any(values);
  }
  if (flag(values)) facts.last_expired = tunnel::IkeCookies{values.number(), values.number()};
  for (auto& at : facts.ups_and_downs) at = time(values);
  facts.ups_and_downs_seen = values.number();
  facts.half_broken = time_if_any(values);
  facts.surprises = values.number();
  facts.ever_up = flag(values);
}

diagnosis::History::Facts history(Values& values) {
  diagnosis::History::Facts history;
  for (int left = values.byte() % 4; left > 0; --left) {
    auto& [signal, trace] = history.traces.emplace_back();
    signal = any<rules::Signal>(values, rules::signals);
    for (auto& at : trace.last) at = time(values);
    trace.count = values.number();
  }
  history.child_changed = time_if_any(values);
  history.last_up = time_if_any(values);
  return history;
}

void add_course(engine::TunnelMemory& tunnel, Values& values) {
  add_facts(tunnel.facts, values);
  tunnel.configured = flag(values);
  tunnel.initiates = flag(values);
  tunnel.vouched = flag(values);
  tunnel.stranger = flag(values);
  tunnel.stamped = flag(values);
  tunnel.flapping = flag(values);
  tunnel.events = values.number();
  tunnel.turn = values.number();
  tunnel.first_event = time_if_any(values);
  for (int left = values.byte() % 16; left > 0; --left)
    tunnel.timeline.push_back({values.number(), time_if_any(values), any<rules::EventKind>(values, rules::event_kinds),
                               any<tunnel::State>(values, tunnel::states), values.text()});
  tunnel.history = history(values);
  if (flag(values)) tunnel.far_end = {index(values), flag(values)};
  tunnel.began = time_if_any(values);
  tunnel.looked_for = time_if_any(values);
  tunnel.diagnoses.next_order = values.number();
}

engine::HeldMemory held(Values& values, const rules::RuleSet& rules) {
  engine::HeldMemory held;
  held.raw = values.text();
  held.rule = values.byte() % 8 == 0 ? values.text() : rules.rules()[values.number() % rules.rules().size()].id;
  held.kind = any<rules::EventKind>(values, rules::event_kinds);
  held.cause = any<rules::Cause>(values, rules::causes);
  held.side = any<rules::Side>(values, 5);
  held.confidence = any<rules::Confidence>(values, 3);
  held.rank = values.byte();
  for (int left = values.byte() % 16; left > 0; --left) {
    const auto id = static_cast<rules::FieldId>(values.byte() % static_cast<std::size_t>(rules::FieldId::first_free));
    held.fields.emplace_back(rules.field_name(id), values.byte() % 2 == 0 ? "198.51.100.7" : values.text());
  }
  held.line = values.number();
  held.time = time_if_any(values);
  held.now = time(values);
  return held;
}

template <class Facts, class Key>
void add_places(Facts& facts, Values& values, const Key& key) {
  facts.oldest = values.number();
  for (int left = values.byte() % 8; left > 0; --left) facts.places.emplace_back(key(), index(values));
}

tunnel::Attribution::Ties ties(Values& values) {
  tunnel::Attribution::Ties ties;
  add_places(ties.cookies, values, [&] { return values.number(); });
  add_places(ties.spis, values, [&] { return static_cast<std::uint32_t>(values.number()); });
  add_places(ties.conns, values, [&] { return values.text(); });
  return ties;
}

engine::GatewayMemory gateway(Values& values, std::size_t nth, const rules::RuleSet& rules) {
  engine::GatewayMemory gateway;
  gateway.index = static_cast<std::uint32_t>(nth);
  gateway.name = nth == 0 ? "gw1" : values.text();
  gateway.now = time(values);
  gateway.log = values.number();
  gateway.burst = {std::nullopt, time(values), flag(values), flag(values)};
  if (flag(values)) gateway.burst.tunnel = index(values);
  for (int left = values.byte() % 4; left > 0; --left) gateway.held.push_back(held(values, rules));
  if (flag(values)) gateway.ending = held(values, rules);
  for (int left = values.byte() % 4; left > 0; --left) gateway.diagnoses.findings.push_back(finding(values));
  gateway.diagnoses.next_order = values.number();
  gateway.refused["racoon"] = values.number();
  for (int left = values.byte() % 4; left > 0; --left) gateway.locals.push_back(values.text());
  gateway.ties = ties(values);
  return gateway;
}

/// The tunnels have the bytes from the first on, all else has them from the middle on: so inputs that are kept mean what they did
/// when something is added here.
engine::Memory memory_of(std::string_view bytes, const rules::RuleSet& rules) {
  Values values(bytes);
  engine::Memory memory;
  while (!values.empty() && memory.tunnels.size() < 24) memory.tunnels.push_back(tunnel(values, memory.tunnels.size()));
  Values more(bytes.substr(bytes.size() / 2));
  for (auto& tunnel : memory.tunnels) add_course(tunnel, more);
  for (int left = more.byte() % 4; left > 0; --left) memory.gateways.push_back(gateway(more, memory.gateways.size(), rules));
  memory.clock = time(more);
  memory.log = more.number();
  memory.turns = more.number();
  memory.events[{"racoon", any<rules::EventKind>(more, rules::event_kinds)}] = more.number();
  memory.unmatched["racoon"] = more.number();
  memory.durations[1].counts[0] = more.number();
  add_places(memory.ends.emplace(), more, [&] { return more.number(); });
  return memory;
}

void tell(engine::Engine& engine, const rules::RuleSet& rules, std::string_view line, WallTime at) {
  rules::Event event;
  const auto verdict = rules.match(syslog::read_header(line), {}, event);
  must(verdict.standing == rules::Standing::matched, "the lines of this test are known");
  engine.feed({"gw1", line, 0, at, at}, verdict, event);
}

void check(const engine::Engine& engine) {
  std::size_t tunnels = 0;
  engine.for_each_tunnel([&](const engine::TunnelView& view) {
    ++tunnels;
    must(view.children.size() <= tunnel::Tunnel::max_sas, "SAs are bounded");
    must(is_json(view::to_json(view)), "a tunnel is JSON");
  });
  must(tunnels <= 16, "tunnels are bounded");
}

/// All that decides what comes, to the byte.
std::string inner(const engine::Engine& engine) {
  const engine::Memory memory = engine.memory();
  std::string all = store::encode_totals(memory);
  for (const auto& gateway : memory.gateways) {
    all += gateway.name + store::encode(gateway);
    for (const auto& piece : store::encode(*gateway.ties)) all += piece.bytes;
  }
  for (const auto& piece : store::encode(*memory.ends)) all += piece.bytes;
  for (const auto& tunnel : memory.tunnels) all += store::encode(tunnel);
  return all;
}

engine::Memory through_store(const engine::Memory& memory) {
  const TestFolder folder;
  std::vector<std::string> notices;
  const auto store = store::Store::open(folder.path(), {}, notices);
  must(store.has_value(), "a fresh store opens");
  must((*store)->save({{}, memory, {}}, {}, now).has_value(), "any memory can be saved");
  const auto saved = (*store)->load();
  must(saved.has_value(), "what was saved can be read");
  return saved->memory;
}

engine::Settings settings() {
  engine::Settings settings;
  settings.max_tunnels = 16;
  settings.timeline = 8;
  return settings;
}

/// `a` goes on as the one that began again with `memory`.
void restart(engine::Engine& a, const Meaning& meaning, const engine::Memory& memory) {
  engine::Engine b(meaning.rules, meaning.knowledge, settings());
  b.restore(memory);
  must(inner(b) == inner(a), "what was saved goes on as it was");
}

void go_on(engine::Engine& engine, const rules::RuleSet& rules) {
  auto at = now;
  for (const char* line : lines) tell(engine, rules, line, at += std::chrono::seconds(1));
  for (int i = 0; i < 4 && engine.next_deadline(); ++i) engine.tick(std::max(at, *engine.next_deadline()));
  engine.correlate();
}

}  // namespace

void take(std::string_view bytes) {
  static const Meaning meaning = read_meaning();
  engine::Engine engine(meaning.rules, meaning.knowledge, settings());
  const engine::Memory memory = memory_of(bytes, *meaning.rules);
  const bool keeps = choice_of(bytes) % 16 == 0;  // a store takes longer than all else
  engine.restore(keeps ? through_store(memory) : memory);
  check(engine);
  go_on(engine, *meaning.rules);
  if (keeps) restart(engine, meaning, through_store(engine.memory()));
  engine.finish();
  check(engine);
  must(engine.memory().tunnels.size() <= 16, "what is remembered is bounded");
  (void)engine.snapshot();
}

}  // namespace ikewatch::fuzz
