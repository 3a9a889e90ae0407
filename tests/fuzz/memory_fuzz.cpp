// A memory of any values: what is saved comes back, and an engine that takes it goes on with lines and time.
#include "target.hpp"

#include "folder_of_test.hpp"

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

/// Any that the store may give.
WallTime time(Values& values) {
  constexpr WallTime last{std::chrono::sys_days{std::chrono::year{9999} / 1 / 1}};
  constexpr WallTime first{std::chrono::sys_days{std::chrono::year{0} / 1 / 1}};
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

diagnosis::Finding finding(Values& values) {
  diagnosis::Finding finding;
  finding.cause = any<rules::Cause>(values, rules::causes);
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

engine::Memory memory_of(std::string_view bytes) {
  Values values(bytes);
  engine::Memory memory;
  while (!values.empty() && memory.tunnels.size() < 24) memory.tunnels.push_back(tunnel(values, memory.tunnels.size()));
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

/// Saves, reads back, saves what was read: the second time nothing may be lost that the first time was kept.
void keep(const engine::Memory& memory) {
  const TestFolder folder;
  std::vector<std::string> notices;
  const auto store = store::Store::open(folder.path(), {}, notices);
  must(store.has_value(), "a fresh store opens");
  must((*store)->save({{}, memory, {}}, {}, now).has_value(), "any memory can be saved");
  const auto first = (*store)->load();
  must(first.has_value(), "what was saved can be read");
  must((*store)->save(*first, {}, now).has_value(), "and saved again");
  const auto second = (*store)->load();
  must(second.has_value() && second->memory.tunnels.size() == first->memory.tunnels.size(), "and is the same then");
}

}  // namespace

void take(std::string_view bytes) {
  static const Meaning meaning = read_meaning();
  engine::Settings settings;
  settings.max_tunnels = 16;
  settings.timeline = 8;
  engine::Engine engine(meaning.rules, meaning.knowledge, settings);
  const engine::Memory memory = memory_of(bytes);
  if (choice_of(bytes) % 16 == 0) keep(memory);
  engine.restore(memory);
  check(engine);
  auto at = now;
  for (const char* line : lines) tell(engine, *meaning.rules, line, at += std::chrono::seconds(1));
  for (int i = 0; i < 4 && engine.next_deadline(); ++i) engine.tick(std::max(at, *engine.next_deadline()));
  engine.correlate();
  engine.finish();
  check(engine);
  must(engine.memory().tunnels.size() <= 16, "what is remembered is bounded");
  (void)engine.snapshot();
}

}  // namespace ikewatch::fuzz
