#include <gtest/gtest.h>
#include <ikewatch/syslog/header.hpp>

#include <ostream>
#include <string>
#include <vector>

#include "cisco_samples.hpp"
#include "header_samples.hpp"
#include "unix_samples.hpp"
#include "viewer_samples.hpp"

namespace ikewatch::syslog {
namespace {

class HeaderSample : public testing::TestWithParam<Sample> {};

TEST_P(HeaderSample, IsReadAsExpected) {
  const Sample& sample = GetParam();
  const Record record = read_header(sample.line);
  EXPECT_EQ(record.raw, sample.line);
  EXPECT_EQ(record.host, sample.host);
  EXPECT_EQ(record.program, sample.program);
  EXPECT_EQ(record.pid, sample.pid);
  EXPECT_EQ(record.tag, sample.tag);
  EXPECT_EQ(record.text, sample.text);
  EXPECT_EQ(record.stamp.text, sample.stamp);
  EXPECT_EQ(record.stamp.form, sample.form);
  EXPECT_EQ(record.relay_stamp.text, sample.relay_stamp);
  EXPECT_EQ(record.sequence, sample.sequence);
  EXPECT_EQ(record.priority, sample.priority);
  EXPECT_EQ(record.clock, sample.clock);
  EXPECT_EQ(record.foreign, sample.foreign);
  EXPECT_EQ(record.repeats, sample.repeats);
}

INSTANTIATE_TEST_SUITE_P(Cisco, HeaderSample, testing::ValuesIn(cisco_samples()));
INSTANTIATE_TEST_SUITE_P(Viewers, HeaderSample, testing::ValuesIn(viewer_samples()));
INSTANTIATE_TEST_SUITE_P(Unix, HeaderSample, testing::ValuesIn(unix_samples()));

std::vector<Sample> all_samples() {
  auto samples = cisco_samples();
  const auto more = unix_samples();
  samples.insert(samples.end(), more.begin(), more.end());
  return samples;
}

/// A view is part of the line, or empty.
void expect_inside(std::string_view view, std::string_view line) {
  if (view.empty()) return;
  EXPECT_GE(view.data(), line.data());
  EXPECT_LE(view.data() + view.size(), line.data() + line.size());
}

void expect_views_inside(const Record& record, std::string_view line) {
  for (const auto view : {record.raw, record.host, record.program, record.pid, record.tag, record.text, record.stamp.text,
                          record.relay_stamp.text, record.sequence}) {
    expect_inside(view, line);
  }
  EXPECT_GE(record.priority, -1);
  EXPECT_LE(record.priority, 191);
}

/// The bytes in memory of exactly their size, so that a sanitizer sees a read beyond them.
void expect_harmless(std::string_view line) {
  const std::vector<char> exact(line.begin(), line.end());
  const std::string_view view(exact.data(), exact.size());
  const Record record = read_header(view);
  expect_views_inside(record, view);
  decode_stamp(record.stamp, {});
}

TEST(Header, StaysInsideOfEveryPrefixAndSuffixOfEverySample) {
  for (const auto& sample : all_samples()) {
    const std::string_view line = sample.line;
    for (std::size_t size = 0; size <= line.size(); ++size) {
      expect_harmless(line.substr(0, size));
      expect_harmless(line.substr(size));
    }
  }
}

TEST(Header, StaysInsideOfSamplesWithOneByteChanged) {
  for (const auto& sample : all_samples()) {
    std::string line(sample.line);
    for (std::size_t at = 0; at < line.size(); ++at) {
      for (const char c : {'\0', ' ', ':', '%', '<', '[', '9', '-', '\xFF', '\t'}) {
        const char kept = std::exchange(line[at], c);
        expect_harmless(line);
        line[at] = kept;
      }
    }
  }
}

TEST(Header, StaysInsideOfHostileInput) {
  for (const std::string& line : hostile_lines()) expect_harmless(line);
}

TEST(Header, SurvivesTwoSamplesInOneLine) {
  const auto samples = all_samples();
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto& other = samples[(i * 7 + 3) % samples.size()];
    expect_harmless(std::string(samples[i].line) + " " + std::string(other.line));
  }
}

TEST(Header, LeavesLineEndsOutOfTheText) {
  EXPECT_EQ(read_header("racoon: INFO: up\r\n").text, "INFO: up");
  EXPECT_EQ(read_header(std::string_view("racoon: INFO: up\n\0", 18)).text, "INFO: up");
  EXPECT_EQ(read_header("\r\n").text, "");
}

TEST(Header, KeepsTheBlankOfAnEmptyMessage) { EXPECT_EQ(read_header("Nov 22 10:00:00 gw1 racoon: ERROR: ").text, "ERROR: "); }

TEST(Header, KeepsAMessageInSeveralLinesWhole) {
  EXPECT_EQ(read_header("<30>Nov 22 02:30:00 racoon: INFO: a\n\nb").text, "INFO: a\n\nb");
}

TEST(FirstLine, EndsAtALineFeedOrItsEscape) {
  EXPECT_EQ(first_line("a b"), "a b");
  EXPECT_EQ(first_line("a\nb"), "a");
  EXPECT_EQ(first_line("a#012b\nc"), "a");
  EXPECT_EQ(first_line("a\nb#012c"), "a");
  EXPECT_EQ(first_line(""), "");
}

}  // namespace
}  // namespace ikewatch::syslog
