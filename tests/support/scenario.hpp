// Plays scenarios (tests/replay/*.scn, the grammar is in tests/replay/FORMAT.md): raw lines in virtual time through header
// reader, rules and engine, and expectations about what the engine then says. Role: whole-engine tests. Ownership: values; packs
// are shared. Threads: one for each scenario.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/diagnosis/knowledge.hpp>
#include <ikewatch/engine/engine.hpp>
#include <ikewatch/rules/rule_set.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ikewatch::test {

/// What gives lines a meaning. Not usable while there are problems.
struct Packs {
  std::shared_ptr<const rules::RuleSet> rules;
  std::shared_ptr<const diagnosis::Knowledge> knowledge;
  Problems problems;
  std::string shipped_configuration = {};  // the text of ikewatch.yaml
};

/// The packs that the project ships: `rules/*.yaml` and `causes.yaml` of the folder.
Packs read_packs(const std::filesystem::path& config);

/// How time passes between lines. What a tunnel is must not depend on it.
enum class Clock {
  ticking,     // as in the daemon: the engine is told the time every second
  lines_only,  // as in `explain`: only lines tell the time, and PASS once
};

/// Called after each statement that stands in the scenario, with its line. It may exchange the engine; `fresh` makes one with the
/// scenario's settings, as a new process would.
using AfterStatement =
    std::function<void(std::size_t line, engine::Engine& engine, const std::function<engine::Engine()>& fresh)>;

/// Plays one scenario; every mistake in it and every expectation that does not hold is a problem with its line.
Problems play(const std::string& file, std::string_view text, const Packs& packs, Clock clock, const AfterStatement& after = {});

}  // namespace ikewatch::test
