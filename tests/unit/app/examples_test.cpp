// Every example of every pack means the same when it stands in a file: what mends lines that people pasted cuts and joins none of
// them.
#include "data.hpp"

#include <ikewatch/reader/reader.hpp>
#include <ikewatch/syslog/header.hpp>

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <fstream>

namespace ikewatch::app {
namespace {

class Examples : public ::testing::Test {
 protected:
  ~Examples() override { std::filesystem::remove(path_); }

  /// The rules of what is read where the file holds these lines.
  [[nodiscard]] std::string rules_of(const std::string& text, int times) const {
    std::ofstream file(path_);
    for (int i = 0; i < times; ++i) file << text << '\n';
    file.close();
    std::string all;
    reader::Source source;
    source.path = path_;
    const auto totals = reader::read(source, [&](const reader::Line& line) {
      rules::Event event;
      const auto record = line.record ? *line.record : syslog::read_header(line.text);
      const auto verdict = meaning_.rules->match(record, {true, rules::no_dialect}, event);
      all += verdict.standing == rules::Standing::matched ? event.rule->id + ' ' : "none ";
    });
    return totals ? all : "unread";
  }

  const std::string path_ = ::testing::TempDir() + "ikewatch-example-" + std::to_string(::getpid()) + ".log";
  const Meaning meaning_ = read_meaning({});
};

TEST_F(Examples, MeanInAFileWhatTheyMeanAlone) {
  std::size_t examples = 0;
  for (const rules::Rule& rule : meaning_.rules->rules()) {
    for (const rules::Example& example : rule.examples) {
      ++examples;
      EXPECT_EQ(rules_of(example.line, 1), rule.id + ' ') << example.line;
      EXPECT_EQ(rules_of(example.line, 2), rule.id + ' ' + rule.id + ' ') << example.line;
    }
  }
  EXPECT_GT(examples, 1000U);
}

}  // namespace
}  // namespace ikewatch::app
