// Finds and reads what ships with the program: rule packs, knowledge base, default configuration. Role: app's start-up.
// Ownership: values. Threads: start-up and reload only.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/diagnosis/knowledge.hpp>
#include <ikewatch/rules/rule_set.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ikewatch::app {

/// The folder with rules/ and causes.yaml: beside the program (../share/ikewatch), else where it was built from, else the
/// system's.
std::filesystem::path data_directory();

/// A whole file, at most `limit` bytes; a Problem with the system's words where it cannot be read.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit);

/// Everything that gives lines a meaning.
struct Meaning {
  std::shared_ptr<const rules::RuleSet> rules;
  std::shared_ptr<const diagnosis::Knowledge> knowledge;
  Problems problems;  // not empty: rules or knowledge may be null
};

/// Reads the shipped packs and those of the configuration (`extra`: files or folders of *.yaml).
Meaning read_meaning(const std::vector<std::string>& extra);

}  // namespace ikewatch::app
