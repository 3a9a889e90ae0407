#include <gtest/gtest.h>
#include <ikewatch/syslog/journal.hpp>

#include <string>
#include <vector>

namespace ikewatch::syslog {
namespace {

using namespace std::string_literals;

JournalFields entry(std::string_view identifier, std::string_view message) {
  JournalFields fields;
  fields.identifier = identifier;
  fields.message = message;
  fields.hostname = "gw1";
  fields.pid = "812";
  fields.priority = "6";
  fields.facility = "3";
  return fields;
}

TEST(JournalRecord, HasWhatTheFieldsSay) {
  const Record record = record_from_journal(entry("racoon", "[192.0.2.7] INFO: received INITIAL-CONTACT\n"));
  EXPECT_EQ(record.program, "racoon");
  EXPECT_EQ(record.host, "gw1");
  EXPECT_EQ(record.pid, "812");
  EXPECT_EQ(record.priority, 30);
  EXPECT_EQ(record.text, "[192.0.2.7] INFO: received INITIAL-CONTACT");
  EXPECT_FALSE(record.foreign);
}

TEST(JournalRecord, TakesRacoonsOwnStampOffTheText) {
  const Record record = record_from_journal(entry("racoon", "2026-11-22 02:32:10: INFO: begin Aggressive mode."));
  EXPECT_EQ(record.stamp.text, "2026-11-22 02:32:10");
  EXPECT_EQ(record.stamp.form, StampForm::iso);
  EXPECT_EQ(record.text, "INFO: begin Aggressive mode.");
}

TEST(JournalRecord, TakesTheUnitForTheProgramWhereNoIdentifierStands) {
  auto fields = entry("", "ERROR: x");
  fields.unit = "racoon.service";
  EXPECT_EQ(record_from_journal(fields).program, "racoon");
  fields.unit = "session-3.scope";
  EXPECT_EQ(record_from_journal(fields).program, "");
}

TEST(JournalRecord, KnowsOtherProgramsAndRelayedDevices) {
  EXPECT_TRUE(record_from_journal(entry("sshd", "Invalid user %CRYPTO-4-IKMP_NO_SA: x")).foreign);
  JournalFields bare;
  bare.identifier = "sshd";
  bare.message = "session opened";
  EXPECT_TRUE(record_from_journal(bare).foreign);
  const Record relayed = record_from_journal(entry("relay", "29: *Nov 22 10:00:00.1: %CRYPTO-4-IKMP_NO_SA: text"));
  EXPECT_EQ(relayed.tag, "CRYPTO-4-IKMP_NO_SA");
  EXPECT_EQ(relayed.sequence, "29");
  EXPECT_FALSE(relayed.foreign);
  EXPECT_EQ(record_from_journal(entry("%CRYPTO-4-IKMP_NO_SA", "text")).tag, "CRYPTO-4-IKMP_NO_SA");
}

TEST(JournalRecord, RefusesNumbersThatAreNone) {
  auto fields = entry("racoon", "x");
  fields.priority = "8";
  EXPECT_EQ(record_from_journal(fields).priority, -1);
  fields.priority = "3";
  fields.facility = "99999999999999999999";
  EXPECT_EQ(record_from_journal(fields).priority, 11);
  fields.facility = "24";
  EXPECT_EQ(record_from_journal(fields).priority, -1);
}

TEST(JournalTime, PrefersTheSendersStamp) {
  JournalFields fields;
  EXPECT_FALSE(journal_time(fields));
  fields.realtime = 2'000'000;
  EXPECT_EQ(journal_time(fields)->time_since_epoch().count(), 2'000'000);
  fields.source_realtime = 1'000'000;
  EXPECT_EQ(journal_time(fields)->time_since_epoch().count(), 1'000'000);
  fields.source_realtime = ~0ULL;
  EXPECT_FALSE(journal_time(fields));
}

std::string binary(std::string_view name, std::string_view value) {
  std::string bytes(name);
  bytes += '\n';
  for (unsigned i = 0; i < 8; ++i) bytes += static_cast<char>(value.size() >> (8 * i) & 0xFF);
  bytes += value;
  return bytes + '\n';
}

std::string export_of_two() {
  return "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1763776800000000\n_HOSTNAME=gw1\nSYSLOG_IDENTIFIER=racoon\nPRIORITY=6\n"s +
         binary("MESSAGE", "INFO: a\nb=c\n\n") + binary("_OTHER", "\n\nMESSAGE=no\n") +
         "_SOURCE_REALTIME_TIMESTAMP=1763776799000000\n\n" + "MESSAGE=second\nMESSAGE=third\n_PID=5\n\n";
}

struct Seen {
  std::vector<std::string> messages;
  std::vector<std::uint64_t> times;
  bool problem = false;
  bool operator==(const Seen&) const = default;
};

void take(Seen& seen, const std::optional<JournalFields>& fields) {
  seen.messages.emplace_back(fields->message);
  seen.times.push_back(fields->source_realtime);
}

Seen read_export(std::string_view bytes, std::size_t chunk_size, std::size_t longest = 1000) {
  JournalExportReader reader(longest);
  Seen seen;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(chunk_size, bytes.size()))) {
    const std::string copy(bytes.substr(0, chunk_size));
    std::string_view chunk = copy;
    while (const auto fields = reader.next(chunk)) take(seen, fields);
    EXPECT_TRUE(chunk.empty());
  }
  if (const auto last = reader.finish()) take(seen, last);
  seen.problem = reader.problem().has_value();
  return seen;
}

TEST(JournalExport, ReadsTextAndBinaryFields) {
  const Seen seen = read_export(export_of_two(), 10'000);
  EXPECT_FALSE(seen.problem);
  EXPECT_EQ(seen.messages, (std::vector{"INFO: a\nb=c\n\n"s, "second"s}));
  EXPECT_EQ(seen.times, (std::vector<std::uint64_t>{1763776799000000, 0}));
}

TEST(JournalExport, ReadsTheSameFromEveryChunking) {
  const auto bytes = export_of_two();
  const Seen whole = read_export(bytes, bytes.size());
  for (std::size_t size = 1; size < bytes.size(); ++size) EXPECT_EQ(read_export(bytes, size), whole) << size;
}

TEST(JournalExport, ReadsTheLastEntryWithoutItsEmptyLine) {
  EXPECT_EQ(read_export("MESSAGE=a\n\n\n\nMESSAGE=b\n", 100).messages, (std::vector{"a"s, "b"s}));
}

TEST(JournalExport, RefusesWhatTheFormatDoesNotAllow) {
  EXPECT_TRUE(read_export("message=a\n", 100).problem);
  EXPECT_TRUE(read_export("=a\n", 100).problem);
  EXPECT_TRUE(read_export("1A=a\n", 100).problem);
  EXPECT_TRUE(read_export("MESSAGE=a", 100).problem);
  EXPECT_TRUE(read_export(std::string(65, 'A') + "=a\n", 3).problem);
  EXPECT_TRUE(read_export("MESSAGE\n\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFFx\n"s, 100).problem);
  EXPECT_TRUE(read_export("MESSAGE\n\1\0\0\0\0\0\0\0xy\n"s, 100).problem);
}

TEST(JournalExport, NamesTheLineOfAProblem) {
  JournalExportReader reader;
  std::string_view chunk = "MESSAGE=a\nNov 22 racoon: x\n";
  EXPECT_FALSE(reader.next(chunk));
  ASSERT_TRUE(reader.problem());
  EXPECT_EQ(reader.problem()->place.line, 3U);
}

TEST(JournalExport, CutsLongFieldsAndCountsThem) {
  JournalExportReader reader(4);
  std::string bytes = "MESSAGE=abcdefgh\n" + binary("_HOSTNAME", "long-name") + "_PID=1\n\n";
  std::string_view chunk = bytes;
  const auto fields = reader.next(chunk);
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->message, "abcd");
  EXPECT_EQ(fields->hostname, "long");
  EXPECT_EQ(reader.cut_fields(), 2U);
}

TEST(JournalExport, SurvivesEveryBrokenByte) {
  const auto bytes = export_of_two();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const char c : {'\0', '\n', '=', '\xFF'}) {
      auto broken = bytes;
      broken[at] = c;
      EXPECT_LE(read_export(broken, 7).messages.size(), 60U);
    }
  }
}

TEST(JournalJson, ReadsStringsBytesAndNull) {
  JournalJsonReader reader;
  const auto fields = reader.read(R"({"MESSAGE":[73,78,70,79,255],"SYSLOG_IDENTIFIER":"racoon","_PID":null,"PRIORITY":["6","5"],)"
                                  R"("__REALTIME_TIMESTAMP":"1763776800000000","_OTHER":["a",null]})");
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->message, "INFO\xFF");
  EXPECT_EQ(fields->identifier, "racoon");
  EXPECT_EQ(fields->priority, "6");
  EXPECT_EQ(fields->pid, "");
  EXPECT_EQ(fields->realtime, 1763776800000000U);
}

TEST(JournalJson, ForgetsTheEntryBefore) {
  JournalJsonReader reader;
  ASSERT_TRUE(reader.read(R"({"MESSAGE":"a","_PID":"1"})"));
  const auto fields = reader.read(R"({"MESSAGE":"b"})");
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->message, "b");
  EXPECT_EQ(fields->pid, "");
}

TEST(JournalJson, RefusesWhatIsNoEntry) {
  JournalJsonReader reader;
  for (const std::string_view line : {"", "x", "[]", "1", "\"a\"", "{", R"({"MESSAGE":"a"} x)", R"({"MESSAGE":{"a":1}})",
                                      R"({"MESSAGE":[256]})", R"({"MESSAGE":[[1]]})", R"({"MESSAGE":"a)"}) {
    const auto fields = reader.read(line);
    ASSERT_FALSE(fields) << line;
    EXPECT_FALSE(fields.error().what.empty());
  }
  EXPECT_FALSE(reader.read(std::string(1'000'000, '[')));
  EXPECT_FALSE(reader.read("{\"MESSAGE\":" + std::string(1'000'000, '[')));
}

TEST(JournalJson, CutsLongFieldsAndCountsThem) {
  JournalJsonReader reader(3);
  const auto fields = reader.read(R"({"MESSAGE":[97,98,99,100,101],"_HOSTNAME":"gateway"})");
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->message, "abc");
  EXPECT_EQ(fields->hostname, "gat");
  EXPECT_EQ(reader.cut_fields(), 2U);
}

}  // namespace
}  // namespace ikewatch::syslog
