// The table against itself, and against what the loader does with it.
#include <ikewatch/config/options.hpp>

#include "build.hpp"
#include "check.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace ikewatch::config {
namespace {

constexpr std::string_view left_out = "-";

bool is_above(std::string_view path, std::string_view below) {
  return below.starts_with(path) && (below.size() == path.size() || below[path.size()] == '.' || below[path.size()] == '[');
}

std::string first_word(std::string_view words) { return std::string(words.substr(0, words.find(' '))); }

/// The `type` of a section on the way to the option, so that the section has the key.
std::string type_for(std::string_view section, const Option& target) {
  for (const auto* option : options_in(section)) {
    if (is_above(option->path, target.path) && !option->only_for.empty()) return first_word(option->only_for);
  }
  const auto* type = option_in(section, "type");
  return type == nullptr ? "" : std::string(type->example);
}

/// A configuration in flow style that holds `value` at the option and else what is required, with the table's examples.
std::string section_with(std::string_view section, const Option& target, std::string_view value);

std::string value_with(const Option& option, const Option& target, std::string_view value) {
  if (option.path == target.path) return std::string(value);
  if (!is_above(option.path, target.path)) return std::string(option.example);
  if (option.kind == Kind::list) return "[" + value_with(*options_in(option.path)[0], target, value) + "]";
  return section_with(option.path, target, value);
}

std::string section_with(std::string_view section, const Option& target, std::string_view value) {
  const auto type = type_for(section, target);
  std::string text;
  for (const auto* option : options_in(section)) {
    const bool fits =
        option->only_for.empty() || (" " + std::string(option->only_for) + " ").find(" " + type + " ") != std::string::npos;
    const bool wanted = is_above(option->path, target.path) || (option->required && fits);
    if (!wanted || (option->path == target.path && value == left_out)) continue;
    const bool is_type = option->key() == "type" && option->path != target.path;
    const auto key = option->key() == "*" ? std::string("free") : std::string(option->key());
    text += (text.empty() ? "" : ", ") + key + ": " + (is_type ? type : value_with(*option, target, value));
  }
  return "{" + text + "}";
}

std::string document_with(const Option& target, std::string_view value) { return section_with("", target, value); }

std::string problems_of(const std::string& text) {
  yaml::Report report("x");
  const auto tree = yaml::read(text, {}, report);
  if (tree) check_against_table(tree->root(), report);
  std::string all;
  for (const auto& problem : report.take()) all += to_string(problem) + '\n';
  return all;
}

Settings built_from(const std::string& text) {
  yaml::Report report("x");
  const auto tree = yaml::read(text, {}, report);
  return tree ? build_settings(tree->root()) : Settings{};
}

TEST(OptionTable, HasEachPathOnceBehindItsParent) {
  std::set<std::string_view> seen = {""};
  for (const auto& option : option_table()) {
    EXPECT_TRUE(seen.contains(option.parent())) << option.path;
    EXPECT_TRUE(seen.insert(option.path).second) << option.path;
  }
}

TEST(OptionTable, HelpsWithOneSentenceEach) {
  for (const auto& option : option_table()) {
    EXPECT_GT(option.help.size(), 5U) << option.path;
    EXPECT_TRUE(option.help.ends_with('.')) << option.path;
    EXPECT_EQ(option.help.find(". "), std::string_view::npos) << option.path;
  }
}

TEST(OptionTable, GivesSectionsKeysAndListsOneItem) {
  for (const auto& option : option_table()) {
    const auto below = options_in(option.path).size();
    const bool has_items = option.kind == Kind::list || option.kind == Kind::free_section;
    EXPECT_TRUE(option.kind == Kind::section ? below > 0 : below == (has_items ? 1U : 0U)) << option.path;
    EXPECT_EQ(option.kind == Kind::choice, option.choices != nullptr) << option.path;
    EXPECT_LE(option.least, option.most) << option.path;
  }
}

TEST(OptionTable, NamesTypesThatExist) {
  for (const auto& option : option_table()) {
    if (option.only_for.empty()) continue;
    const auto* type = option_in(option.parent(), "type");
    ASSERT_NE(type, nullptr) << option.path;
    const auto words = type->choices();
    EXPECT_NE(std::ranges::find(words, first_word(option.only_for)), words.end()) << option.path;
  }
}

TEST(OptionTable, ExamplesAreAccepted) {
  for (const auto& option : option_table()) {
    if (option.example.empty()) continue;
    const auto text = document_with(option, option.example);
    EXPECT_EQ(problems_of(text), "") << option.path << "\n" << text;
  }
}

TEST(OptionTable, EveryChoiceIsAccepted) {
  for (const auto& option : option_table()) {
    if (option.kind != Kind::choice || option.key() == "type") continue;
    for (const auto word : option.choices()) EXPECT_EQ(problems_of(document_with(option, word)), "") << option.path << word;
  }
}

TEST(OptionTable, DefaultsAreWhatTheLoaderUses) {
  std::size_t defaults = 0;
  for (const auto& option : option_table()) {
    if (option.fallback.empty()) continue;
    ++defaults;
    EXPECT_EQ(problems_of(document_with(option, option.fallback)), "") << option.path;
    EXPECT_EQ(built_from(document_with(option, option.fallback)), built_from(document_with(option, left_out))) << option.path;
  }
  EXPECT_GE(defaults, 10U);
}

TEST(OptionTable, EveryValueReachesTheSettings) {
  for (const auto& option : option_table()) {
    const bool leaf = option.kind != Kind::section && option.kind != Kind::list && option.kind != Kind::free_section;
    if (!leaf || option.required || option.example.empty() || option.example == option.fallback) continue;
    EXPECT_NE(built_from(document_with(option, option.example)), built_from(document_with(option, left_out))) << option.path;
  }
}

TEST(OptionTable, EndsOfRangesAreAcceptedAndWhatLiesBeyondIsNot) {
  for (const auto& option : option_table()) {
    if (option.kind != Kind::number && option.kind != Kind::size && option.kind != Kind::duration) continue;
    const std::string unit = option.kind == Kind::size ? "B" : option.kind == Kind::duration ? "ms" : "";
    EXPECT_EQ(problems_of(document_with(option, std::to_string(option.least) + unit)), "") << option.path;
    EXPECT_EQ(problems_of(document_with(option, std::to_string(option.most) + unit)), "") << option.path;
    EXPECT_NE(problems_of(document_with(option, std::to_string(option.most + 1) + unit)), "") << option.path;
    if (option.least == 0) continue;
    EXPECT_NE(problems_of(document_with(option, std::to_string(option.least - 1) + unit)), "") << option.path;
  }
}

}  // namespace
}  // namespace ikewatch::config
