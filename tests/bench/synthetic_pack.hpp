// A pack of any size for measurements: real forms among synthetic ones that share their beginnings.
#pragma once

#include <ikewatch/rules/rule_set.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace ikewatch::bench {

inline std::string rule(const std::string& id, const std::string& match) {
  return "  - id: racoon." + id + "\n    match: \"" + match + "\"\n    event: info\n    note: \"x\"\n";
}

inline std::shared_ptr<const rules::RuleSet> pack_of(std::size_t count) {
  std::string text = "version: 1\ndialect: racoon\nprefix: racoon\nclaims: {programs: [racoon], openers: [\"ISAKMP\"]}\nrules:\n";
  text += rule("established", "IPsec-SA established: {:word} {src:endpoint}->{dst:endpoint} spi={spi:spi}");
  text += rule("time-up", "phase1 negotiation failed due to time up. {cookies:cookies}");
  text += rule("started", "initiate new phase 1 negotiation: {local:endpoint}<=>{peer:endpoint}");
  text += rule("reason", "failed to get {what:text} because of {why:rest}");
  for (std::size_t i = 4; i < count; ++i) {
    const auto n = std::to_string(i);
    text += rule("r" + n, (i % 2 == 0 ? "phase1 step " + n + " failed with {peer:address} code {code:number}"
                                      : "message " + n + " of {src:endpoint}: {reason:text} (end)"));
  }
  auto compiled = rules::compile_packs({{"bench.yaml", text}});
  for (const auto& problem : compiled.problems) std::printf("%s\n", to_string(problem).c_str());
  if (!compiled.rules) std::abort();
  return compiled.rules;
}

inline syslog::Record racoon_line(std::string_view text) {
  syslog::Record record;
  record.program = "racoon";
  record.raw = record.text = text;
  return record;
}

}  // namespace ikewatch::bench
