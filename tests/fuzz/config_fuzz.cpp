// A configuration of any text is taken or refused with reasons, each at a place of the file.
#include "target.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/config/settings.hpp>
#include <ikewatch/diagnosis/knowledge.hpp>

#include <algorithm>

namespace ikewatch::fuzz {
namespace {

void check(const Problems& problems, std::string_view text) {
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  must(problems.size() <= 101, "problems are bounded");
  for (const auto& problem : problems) {
    must(is_printable(to_string(problem)), "a problem is printable");
    must(!problem.what.empty(), "a problem says what it is");
    must(problem.place.line <= lines || text.find('\r') != text.npos, "a problem has a place in the file");
  }
}

}  // namespace

void take(std::string_view bytes) {
  const auto read = config::read_settings("ikewatch.yaml", bytes, "gw1");
  must(read.settings.has_value() == read.problems.empty(), "settings are refused for a reason, and for none they are taken");
  check(read.problems, bytes);
  if (read.settings) {
    must(config::read_settings("ikewatch.yaml", bytes, "gw1").settings == read.settings, "a file says one thing");
    (void)config::to_engine_settings(*read.settings);
  }
  const auto knowledge = diagnosis::read_knowledge("causes.yaml", std::string(bytes));
  must((knowledge.knowledge != nullptr) == knowledge.problems.empty(), "so it is with a knowledge base");
}

}  // namespace ikewatch::fuzz
