#include "journal_entry.hpp"
#include "journal_json.hpp"
#include "sample_bytes.hpp"

#include <gmock/gmock.h>

namespace ikewatch::reader {
namespace {

using namespace std::string_literals;
using test::Sample;
using testing::ElementsAre;

struct Entry {
  std::string text, host, program, pid, tag, message;
  int priority = -1;
  std::uint64_t number = 0;
  std::int64_t stamped = -1;
  bool preset = false;
};

struct Journal {
  std::vector<Entry> entries;
  Totals totals;
};

Entry copy(const Line& line) {
  Entry entry;
  entry.text = line.text;
  entry.number = line.number;
  entry.preset = line.record.has_value();
  if (line.stamped) entry.stamped = line.stamped->time_since_epoch().count();
  if (!line.record) return entry;
  entry.host = line.record->host;
  entry.program = line.record->program;
  entry.pid = line.record->pid;
  entry.tag = line.record->tag;
  entry.message = line.record->text;
  entry.priority = line.record->priority;
  return entry;
}

Journal journal(std::string text, std::size_t chunk = 4096, std::size_t limit = 65536) {
  Sample sample(std::move(text));
  Journal result;
  auto totals = read_bytes(sample, {.path = {}, .line_limit = limit, .chunk = chunk, .advance = {}},
                           [&result](const Line& line) { result.entries.push_back(copy(line)); });
  if (totals.has_value()) result.totals = *totals;
  return result;
}

std::string binary(const std::string& name, const std::string& data) {
  std::string field = name + "\n";
  for (int shift = 0; shift < 64; shift += 8) field.push_back(static_cast<char>(std::uint64_t{data.size()} >> shift));
  return field + data + "\n";
}

const std::string first_entry =
    "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1763776800000001\n_BOOT_ID=b\nPRIORITY=3\nSYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=racoon\n"
    "_PID=42\n_HOSTNAME=gw1\nMESSAGE=ERROR: phase1 negotiation failed due to time up.\n\n";

TEST(JournalExport, PresetsTheRecordFromTheFields) {
  const auto seen = journal(first_entry);
  ASSERT_EQ(seen.entries.size(), 1u);
  const auto& entry = seen.entries.front();
  EXPECT_EQ(seen.totals.format, Format::journal_export);
  EXPECT_EQ(entry.text, "ERROR: phase1 negotiation failed due to time up.");
  EXPECT_EQ(entry.message, entry.text);
  EXPECT_EQ(entry.host, "gw1");
  EXPECT_EQ(entry.program, "racoon");
  EXPECT_EQ(entry.pid, "42");
  EXPECT_EQ(entry.priority, 27);
  EXPECT_EQ(entry.stamped, 1763776800000001);
}

TEST(JournalExport, ReadsBinaryFieldsAtEachChunkSize) {
  const auto text = "__CURSOR=s=0\n" + binary("_CMDLINE", "a\n\nb\0c"s) + binary("MESSAGE", "INFO: \x01 two\nlines") +
                    "_COMM=racoon\n\n" + first_entry;
  for (std::size_t chunk = 1; chunk < 100; ++chunk) {
    const auto seen = journal(text, chunk);
    ASSERT_EQ(seen.entries.size(), 2u) << "chunk " << chunk;
    EXPECT_EQ(seen.entries[0].text, "INFO: \x01 two\nlines");
    EXPECT_EQ(seen.entries[0].program, "racoon");
    EXPECT_EQ(seen.entries[0].number, 1u);
    EXPECT_EQ(seen.entries[1].host, "gw1");
  }
}

TEST(JournalExport, GivesThePhysicalLineOfEachEntry) {
  const auto seen = journal(first_entry + first_entry);
  ASSERT_EQ(seen.entries.size(), 2u);
  EXPECT_EQ(seen.entries[1].number, 11u);
  EXPECT_EQ(seen.totals.lines, 20u);
}

TEST(JournalExport, SurvivesASizeThatCannotBe) {
  const auto seen = journal(
      "__CURSOR=s=0\nMESSAGE\n\xff\xff\xff\xff\xff\xff\xff\xff"
      "abc\n" +
      first_entry);
  ASSERT_EQ(seen.entries.size(), 1u);
  EXPECT_EQ(seen.entries[0].text.substr(0, 4), "abc\n");
}

TEST(JournalExport, CountsEntriesWithoutAMessage) {
  const auto seen = journal("__CURSOR=s=0\n_PID=1\n\n" + first_entry);
  EXPECT_EQ(seen.entries.size(), 1u);
  EXPECT_EQ(seen.totals.unreadable, 1u);
}

TEST(JournalExport, KeepsAtMostTheLimitOfAMessage) {
  const auto seen = journal("__CURSOR=s=0\n" + binary("MESSAGE", std::string(100'000, 'x')) + "\n", 512, 2048);
  ASSERT_EQ(seen.entries.size(), 1u);
  EXPECT_EQ(seen.entries[0].text.size(), 2048u);
}

TEST(JournalJson, PresetsTheRecordFromTheFields) {
  const auto seen =
      journal(R"({"__CURSOR":"s=1","__REALTIME_TIMESTAMP":"1763776800000001","_SOURCE_REALTIME_TIMESTAMP":"1763776799000000",)"
              R"("PRIORITY":"6","SYSLOG_FACILITY":"3","SYSLOG_IDENTIFIER":"racoon","SYSLOG_PID":"7","_PID":"1",)"
              R"("_HOSTNAME":"gw1","MESSAGE":"INFO: \"quoted\" text"})"
              "\n");
  ASSERT_EQ(seen.entries.size(), 1u);
  const auto& entry = seen.entries.front();
  EXPECT_EQ(seen.totals.format, Format::journal_json);
  EXPECT_EQ(entry.text, "INFO: \"quoted\" text");
  EXPECT_EQ(entry.program, "racoon");
  EXPECT_EQ(entry.pid, "7") << "what the sender says of itself goes before what the kernel says of the relay";
  EXPECT_EQ(entry.priority, 30);
  EXPECT_EQ(entry.stamped, 1763776799000000) << "the sender's time goes before the journal's";
}

TEST(JournalJson, ReadsObjectsOnSeveralLinesAndBehindSeparators) {
  const std::string pretty =
      "{\n\t\"__REALTIME_TIMESTAMP\" : \"1763776800000001\",\n\t\"SYSLOG_IDENTIFIER\" : \"racoon\",\n\t\"MESSAGE\" : \"a\"\n}\n";
  const auto several = journal(pretty + pretty);
  ASSERT_EQ(several.entries.size(), 2u);
  EXPECT_EQ(several.entries[1].message, "a");
  EXPECT_EQ(several.entries[1].number, 6u);
  const auto sequence = journal("\x1e{\"__REALTIME_TIMESTAMP\":\"1763776800000001\",\"MESSAGE\":\"b\"}\n");
  ASSERT_EQ(sequence.entries.size(), 1u);
  EXPECT_EQ(sequence.entries[0].message, "b");
  EXPECT_EQ(journal("{\n\t\"MESSAGE\" : \"a\",\n\t\"__REALTIME_TIMESTAMP\" : \"1\"\n").totals.unreadable, 1u) << "it never ends";
}

TEST(JournalJson, ReadsABinaryMessage) {
  const auto seen = journal("{\"__REALTIME_TIMESTAMP\":\"1\",\"MESSAGE\":[72,105,1,300,-1,33]}\n");
  ASSERT_EQ(seen.entries.size(), 1u);
  EXPECT_EQ(seen.entries[0].text, "Hi\x01!");
}

TEST(JournalJson, TakesTheFirstOfSeveralValues) {
  const auto seen = journal("{\"MESSAGE\":\"m\",\"SYSLOG_IDENTIFIER\":[\"racoon\",\"other\"],\"_PID\":null}\n");
  ASSERT_EQ(seen.entries.size(), 1u);
  EXPECT_EQ(seen.entries[0].program, "racoon");
}

TEST(JournalJson, HandsOnOtherLinesAsText) {
  const auto seen =
      journal("{\"MESSAGE\":\"m\"}\nnot json\n{\"broken\": \n\n{\"_PID\":\"1\"}\n[\"MESSAGE\",\"x\"]\n{\"MESSAGE\":\"n\"}\n");
  ASSERT_EQ(seen.entries.size(), 5u);
  EXPECT_TRUE(seen.entries[0].preset);
  EXPECT_EQ(seen.entries[1].text, "not json");
  EXPECT_FALSE(seen.entries[1].preset);
  EXPECT_EQ(seen.entries[4].text, "n");
  EXPECT_EQ(seen.entries[4].number, 7u);
  EXPECT_EQ(seen.totals.unreadable, 4u);
}

TEST(JournalJson, SurvivesDeepNesting) {
  JournalEntry entry;
  EXPECT_FALSE(read_journal_object("{\"MESSAGE\":" + std::string(500'000, '['), 100, entry));
  EXPECT_FALSE(read_journal_object(std::string(500'000, '{'), 100, entry));
}

TEST(JournalJson, IgnoresMessagesWithinOtherFields) {
  const auto seen = journal("{\"X\":{\"MESSAGE\":\"inner\"},\"MESSAGE\":\"outer\"}\n");
  ASSERT_EQ(seen.entries.size(), 1u);
  EXPECT_EQ(seen.entries[0].text, "outer");
}

TEST(JournalEntry, RefusesImpossibleNumbers) {
  JournalEntry entry;
  *entry.slot(Field::realtime) = "999999999999999999";
  *entry.slot(Field::priority) = "9";
  *entry.slot(Field::facility) = "3";
  const auto line = entry.line(1);
  EXPECT_FALSE(line.stamped.has_value());
  EXPECT_EQ(line.record->priority, -1);
}

TEST(JournalEntry, LetsACiscoMessageSpeakForItself) {
  JournalEntry entry;
  *entry.slot(Field::message) = "*Nov 22 10:00:00.123: %CRYPTO-4-IKMP_NO_SA: IKE message from 198.51.100.7 has no SA";
  *entry.slot(Field::identifier) = "relay";
  const auto line = entry.line(1);
  EXPECT_EQ(line.record->tag, "CRYPTO-4-IKMP_NO_SA");
  EXPECT_EQ(line.record->text.substr(0, 11), "IKE message");
}

}  // namespace
}  // namespace ikewatch::reader
