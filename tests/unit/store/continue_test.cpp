// A restart goes on exactly: an engine that heard A and then B is like a second one that was given what the first one knew after
// A, through the store, and then heard B. For every cut of every scenario, and for cuts of generated fleets.
#include "records.hpp"
#include "store_fixture.hpp"

#include <ikewatch/syslog/header.hpp>
#include <support/portrait.hpp>
#include <support/scenario.hpp>

#include <algorithm>
#include <cstdlib>
#include <random>

namespace ikewatch::store {
namespace {

using test::Clock;

const fs::path source = IKEWATCH_SOURCE_DIR;

const test::Packs& shipped_packs() {
  static const test::Packs packs = test::read_packs(source / "config");
  return packs;
}

/// All that decides what comes, to the byte.
std::string inner(const engine::Engine& engine) {
  const engine::Memory memory = engine.memory();
  std::string all = encode_totals(memory);
  for (const auto& gateway : memory.gateways) {
    all += '\n' + gateway.name + encode(gateway);
    for (const auto& piece : encode(*gateway.ties)) all += '\n' + piece.bytes;
  }
  for (const auto& piece : encode(*memory.ends)) all += '\n' + piece.bytes;
  for (const auto& tunnel : memory.tunnels) all += '\n' + encode(tunnel);
  return all;
}

/// What differs, not all of it.
std::string difference(const std::string& a, const std::string& b) {
  const auto at = static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  const auto from = at < 120 ? 0 : at - 120;
  return "expected ..." + to_printable(a.substr(from, 240)) + "...\n     got ..." + to_printable(b.substr(from, 240)) + "...";
}

class Continue : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(shipped_packs().problems.empty());
    store_ = open();
    ASSERT_TRUE(store_);
  }
  void save(const engine::Memory& memory) {
    Saved saved;
    saved.memory = memory;
    ASSERT_EQ(saving(*store_, saved), "saved");
  }
  [[nodiscard]] engine::Memory saved() {
    auto saved = store_->load();
    EXPECT_TRUE(saved) << to_string(saved.error());
    return saved ? saved->memory : engine::Memory{};
  }
  static void expect_alike(const engine::Engine& expected, const engine::Engine& found, const std::string& where) {
    const auto a = test::portrait(expected), b = test::portrait(found);
    ASSERT_TRUE(a == b) << where << ": what it shows differs\n" << difference(a, b);
    const auto c = inner(expected), d = inner(found);
    ASSERT_TRUE(c == d) << where << ": what it knows differs\n" << difference(c, d);
  }

  std::unique_ptr<Store> store_;
};

std::vector<fs::path> scenarios() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(source / "tests" / "replay")) {
    if (entry.path().extension() == ".scn") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class OfAScenario : public Continue, public ::testing::WithParamInterface<std::tuple<fs::path, Clock>> {
 protected:
  void SetUp() override {
    Continue::SetUp();
    text_ = bytes_of(std::get<0>(GetParam()));
  }
  Problems play(const test::AfterStatement& after) {
    return test::play(std::get<0>(GetParam()).filename().string(), text_, shipped_packs(), std::get<1>(GetParam()), after);
  }

  std::string text_;
};

TEST_P(OfAScenario, GoesOnBehindEveryLine) {
  struct Seen {
    std::string shown;
    std::string known;
  };
  std::map<std::size_t, Seen> undisturbed;
  play([&](std::size_t line, engine::Engine& engine, const auto&) {
    undisturbed[line] = {test::portrait(engine), inner(engine)};
  });
  for (const auto& [cut, unused] : undisturbed) {
    const auto problems = play([&](std::size_t line, engine::Engine& engine, const auto& fresh) {
      if (line == cut) {
        save(engine.memory());
        engine = fresh();
        engine.restore(saved());
      }
      const Seen& expected = undisturbed.at(line);
      const auto shown = test::portrait(engine), known = inner(engine);
      EXPECT_TRUE(shown == expected.shown) << "cut behind " << cut << ", line " << line << '\n'
                                           << difference(expected.shown, shown);
      EXPECT_TRUE(known == expected.known) << "cut behind " << cut << ", line " << line << '\n'
                                           << difference(expected.known, known);
    });
    for (const Problem& problem : problems) ADD_FAILURE() << "cut behind " << cut << ": " << to_string(problem);
    if (HasFailure()) return;
  }
}

/// The daemon saves what changed, not everything each time.
TEST_P(OfAScenario, IsSavedInStepsAsItIsSavedAtOnce) {
  if (text_.find("\nRESTART") != std::string::npos) return;  // steps are those of one engine
  std::uint64_t generation = 0;
  play([&](std::size_t line, engine::Engine& engine, const auto& fresh) {
    const engine::Memory changed = engine.memory(generation);
    generation = changed.generation;
    save(changed);
    engine::Engine successor = fresh();
    successor.restore(saved());
    ASSERT_NO_FATAL_FAILURE(expect_alike(engine, successor, "line " + std::to_string(line)));
  });
}

std::string name_of(const ::testing::TestParamInfo<std::tuple<fs::path, Clock>>& info) {
  std::string name = std::get<0>(info.param).stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name + (std::get<1>(info.param) == Clock::ticking ? "_ticking" : "_by_lines");
}

INSTANTIATE_TEST_SUITE_P(Scenarios, OfAScenario,
                         ::testing::Combine(::testing::ValuesIn(scenarios()),
                                            ::testing::Values(Clock::ticking, Clock::lines_only)),
                         name_of);

/// The log of a fleet as one syslog server writes it, with time taken from its stamps.
class OfAFleet : public Continue, public ::testing::WithParamInterface<int> {
 protected:
  void SetUp() override {
    Continue::SetUp();
    const std::string log = (root_ / "fleet.log").string();
    const std::string command = "python3 " + (source / "tests/bench/fleet.py").string() + " 4000 " + std::to_string(GetParam()) +
                                " " + log + " --gateways 8 --peers 5 --quiet 1 --noise 0.1";
    ASSERT_EQ(std::system(command.c_str()), 0);
    log_ = bytes_of(log);
    for (std::string_view rest = log_; !rest.empty();) {
      const auto line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      lines_.push_back(line);
    }
  }
  static engine::Engine fresh() {
    engine::Settings settings;
    settings.vouched_only = true;
    settings.changes = true;
    return {shipped_packs().rules, shipped_packs().knowledge, settings};
  }
  /// As the daemon does: with the clock told, and both ends looked at, now and then.
  void feed(engine::Engine& engine, std::size_t line) const {
    const auto record = syslog::read_header(lines_[line]);
    const auto told = syslog::decode_stamp(record.stamp, {WallTime(std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}), {}});
    ASSERT_TRUE(told);
    rules::Event event;
    const auto verdict = shipped_packs().rules->match(record, {}, event);
    if (verdict.standing != rules::Standing::other) engine.feed({record.host, record.raw, 0, *told, *told}, verdict, event);
    if (line % 7 == 0) engine.tick(*told);
    if (line % 50 == 0) engine.correlate();
  }
  [[nodiscard]] std::vector<std::size_t> cuts() const {
    std::vector<std::size_t> cuts;
    std::mt19937 random(static_cast<std::uint32_t>(GetParam()));
    for (int i = 0; i < 12; ++i) cuts.push_back(random() % lines_.size());
    return cuts;
  }

  std::string log_;
  std::vector<std::string_view> lines_;
};

std::string told(const std::vector<engine::Change>& changes) {
  std::string text;
  for (const auto& change : changes) {
    text += change.tunnel + ' ' + std::to_string(static_cast<int>(change.kind)) + ' ' + std::string(tunnel::name_of(change.to)) +
            ' ' + std::string(rules::name_of(change.cause)) + ' ' + std::to_string(change.flapping) + '\n';
  }
  return text;
}

TEST_P(OfAFleet, GoesOnBehindAnyLine) {
  engine::Engine undisturbed = fresh();
  std::string changes;
  for (std::size_t i = 0; i < lines_.size(); ++i) feed(undisturbed, i);
  changes = told(undisturbed.take_changes());
  ASSERT_GT(undisturbed.snapshot().tunnels.size(), 20U);
  ASSERT_NE(changes, "");
  for (const std::size_t cut : cuts()) {
    auto engine = std::make_unique<engine::Engine>(fresh());
    std::string found;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      feed(*engine, i);
      if (i != cut) continue;
      found = told(engine->take_changes());
      save(engine->memory());
      engine = std::make_unique<engine::Engine>(fresh());
      engine->restore(saved());
    }
    ASSERT_NO_FATAL_FAILURE(expect_alike(undisturbed, *engine, "cut behind line " + std::to_string(cut)));
    EXPECT_TRUE(found + told(engine->take_changes()) == changes) << "cut behind line " << cut;
  }
}

/// A crash every few lines, with saves of what changed in between; nothing accumulates.
TEST_P(OfAFleet, GoesOnThroughManyRestarts) {
  engine::Engine undisturbed = fresh();
  auto engine = std::make_unique<engine::Engine>(fresh());
  std::mt19937 random(static_cast<std::uint32_t>(GetParam()) + 99);
  std::uint64_t generation = 0;
  std::size_t saved_line = 0;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    feed(undisturbed, i);
    feed(*engine, i);
    if (random() % 23 == 0) {
      const auto memory = engine->memory(generation);
      save(memory);
      generation = memory.generation;
      saved_line = i;
    }
    if (generation == 0 || random() % 101 != 0) continue;
    engine = std::make_unique<engine::Engine>(fresh());
    engine->restore(saved());
    generation = 0;
    for (std::size_t again = saved_line + 1; again <= i; ++again) feed(*engine, again);
    ASSERT_NO_FATAL_FAILURE(expect_alike(undisturbed, *engine, "line " + std::to_string(i)));
  }
  expect_alike(undisturbed, *engine, "the end");
}

INSTANTIATE_TEST_SUITE_P(Seeds, OfAFleet, ::testing::Values(1, 2, 3));

}  // namespace
}  // namespace ikewatch::store
