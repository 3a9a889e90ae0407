// check_packs FILE...: compiles rule packs and runs their examples through the production matcher. Prints every problem, exit 1
// on any.
#include <ikewatch/base/result.hpp>
#include <ikewatch/rules/rule_set.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>

namespace {

bool read_file(const char* path, std::string& out) {
  std::ifstream file(path, std::ios::binary);
  out.assign(std::istreambuf_iterator<char>(file), {});
  return file.good() || file.eof();
}

void print(const ikewatch::Problems& problems) {
  for (const auto& problem : problems) std::printf("%s\n", ikewatch::to_string(problem).c_str());
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<ikewatch::rules::PackText> packs;
  for (int i = 1; i < argc; ++i) {
    packs.push_back({argv[i], {}});
    if (read_file(argv[i], packs.back().text)) continue;
    std::fprintf(stderr, "%s: cannot be read\n", argv[i]);
    return 2;
  }
  const auto compiled = ikewatch::rules::compile_packs(packs);
  print(compiled.problems);
  if (!compiled.rules) return 1;
  const auto problems = ikewatch::rules::test_examples(*compiled.rules);
  print(problems);
  std::size_t examples = 0;
  for (const auto& rule : compiled.rules->rules()) examples += rule.examples.size();
  std::printf("%zu rules, %zu examples, %zu problems\n", compiled.rules->rules().size(), examples, problems.size());
  return problems.empty() ? 0 : 1;
}
