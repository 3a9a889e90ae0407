#include <ikewatch/reader/reader.hpp>

#include "sample_bytes.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace ikewatch::reader {
namespace {

using namespace std::string_literals;
using test::Flood;
using test::Sample;
using test::see;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ReaderFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "reader.XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, std::string_view text) const {
    const auto path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  std::filesystem::path folder_;
};

Result<Totals> count(const Source& source, std::vector<std::string>& lines) {
  return read(source, [&lines](const Line& line) { lines.emplace_back(line.text); });
}

TEST_F(ReaderFiles, ReadsAPlainFile) {
  std::vector<std::string> lines;
  const auto totals = count({.path = write("a.log", "one\ntwo\n"), .advance = {}}, lines);
  ASSERT_TRUE(totals.has_value());
  EXPECT_THAT(lines, ElementsAre("one", "two"));
  EXPECT_EQ(totals->lines, 2u);
  EXPECT_EQ(totals->bytes, 8u);
}

TEST_F(ReaderFiles, ReadsAnEmptyFileAsNoLines) {
  std::vector<std::string> lines;
  const auto totals = count({.path = write("a.log", ""), .advance = {}}, lines);
  ASSERT_TRUE(totals.has_value());
  EXPECT_EQ(totals->lines, 0u);
  EXPECT_FALSE(totals->damage.has_value());
}

TEST_F(ReaderFiles, ReadsAGzipFile) {
  std::vector<std::string> lines;
  const auto text = test::packed("one\ntwo\n");
  const auto totals = count({.path = write("a.gz", text), .advance = {}}, lines);
  ASSERT_TRUE(totals.has_value());
  EXPECT_THAT(lines, ElementsAre("one", "two"));
  EXPECT_TRUE(totals->compressed);
  EXPECT_EQ(totals->bytes, text.size());
}

TEST_F(ReaderFiles, SaysHowFarItIs) {
  std::vector<std::string> lines;
  std::vector<std::uint64_t> steps;
  Source source{.path = write("a.log", "one\ntwo\n"), .chunk = 3, .advance = {}};
  source.advance = [&steps](std::uint64_t done, std::uint64_t size) {
    steps.push_back(done);
    EXPECT_EQ(size, 8u);
  };
  ASSERT_TRUE(count(source, lines).has_value());
  EXPECT_EQ(steps.back(), 8u);
  EXPECT_GE(steps.size(), 3u);
}

TEST_F(ReaderFiles, RefusesADirectoryAMissingAndAnUnreadableFile) {
  std::vector<std::string> lines;
  const auto directory = count({.path = folder_.string(), .advance = {}}, lines);
  ASSERT_TRUE(directory.has_error());
  EXPECT_EQ(directory.error().what, "Is a directory");
  EXPECT_EQ(directory.error().place.file, folder_.string());

  const auto missing = count({.path = (folder_ / "none").string(), .advance = {}}, lines);
  ASSERT_TRUE(missing.has_error());
  EXPECT_EQ(missing.error().what, "No such file or directory");

  if (::geteuid() == 0) return;  // root may read everything
  const auto path = write("secret", "x\n");
  std::filesystem::permissions(path, std::filesystem::perms::none);
  const auto unreadable = count({.path = path, .advance = {}}, lines);
  ASSERT_TRUE(unreadable.has_error());
  EXPECT_EQ(unreadable.error().what, "Permission denied");
}

TEST_F(ReaderFiles, ReadsAPipeThatGivesALineAtATime) {
  const auto path = (folder_ / "pipe").string();
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&path] {
    std::ofstream out(path);
    for (int i = 0; i < 100; ++i) out << "line " << i << '\n' << std::flush;
  });
  std::vector<std::string> lines;
  const auto totals = count({.path = path, .advance = {}}, lines);
  writer.join();
  ASSERT_TRUE(totals.has_value());
  EXPECT_EQ(lines.size(), 100u);
  EXPECT_EQ(lines.back(), "line 99");
}

TEST_F(ReaderFiles, ReadsStandardInput) {
  const auto path = write("in.log", "from standard input\n");
  const int kept = ::dup(STDIN_FILENO);
  const int input = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(::dup2(input, STDIN_FILENO), 0);
  std::vector<std::string> lines;
  const auto totals = count({.path = "-", .advance = {}}, lines);
  ::close(input);
  if (kept >= 0) {
    ::dup2(kept, STDIN_FILENO);
    ::close(kept);
  }
  ASSERT_TRUE(totals.has_value());
  EXPECT_THAT(lines, ElementsAre("from standard input"));
}

TEST(Reader, ReadsProcFilesAlthoughTheirSizeIsZero) {
  std::vector<std::string> lines;
  const auto totals = count({.path = "/proc/self/status", .mend = false, .advance = {}}, lines);
  ASSERT_TRUE(totals.has_value());
  ASSERT_GT(lines.size(), 10u);
  EXPECT_EQ(lines.front().substr(0, 5), "Name:");
}

TEST(Reader, TakesEveryLineEnd) {
  EXPECT_THAT(see("a\nb\n").lines, ElementsAre("a", "b"));
  EXPECT_THAT(see("a\r\nb\r\n").lines, ElementsAre("a", "b"));
  EXPECT_THAT(see("a\rb\rc").lines, ElementsAre("a", "b", "c"));
  EXPECT_THAT(see("a\r\r\nb\r\r\n").lines, ElementsAre("a", "b"));
}

TEST(Reader, PartsLinesAtACarriageReturnWithin) {
  const auto seen = see("a\rb\nc\n");
  EXPECT_THAT(seen.lines, ElementsAre("a", "b", "c"));
  EXPECT_THAT(seen.numbers, ElementsAre(1u, 1u, 2u)) << "as an editor counts";
}

TEST(Reader, DropsFormFeedsAndNulsAtTheEndsOfLines) {
  EXPECT_THAT(see("\fa\n\f\nb\f\n\0\0c\0\n"s).lines, ElementsAre("a", "", "b", "c"));
}

TEST(Reader, KeepsNulsWithinLines) { EXPECT_THAT(see("a\0b\n"s).lines, ElementsAre("a\0b"s)); }

TEST(Reader, SkipsAByteOrderMark) {
  EXPECT_THAT(see("\xef\xbb\xbf"
                  "a\n")
                  .lines,
              ElementsAre("a"));
}

TEST(Reader, CountsLinesOnFromAStart) {
  EXPECT_THAT(see("a\n\nb\n", {.path = {}, .first_line = 101, .advance = {}}).numbers, ElementsAre(101u, 102u, 103u));
}

const std::string backwards =
    "Nov 22 10:00:03 gw1 racoon: INFO: d\nNov 22 10:00:02 gw1 racoon: INFO: c\n  and more of it\n"
    "Nov 22 10:00:01 gw1 racoon: INFO: b\nNov 22 10:00:00 gw1 racoon: INFO: a\n";

TEST(Reader, TurnsALogThatRunsBackwards) {
  const auto seen = see(backwards);
  EXPECT_THAT(seen.lines,
              ElementsAre("Nov 22 10:00:00 gw1 racoon: INFO: a", "Nov 22 10:00:01 gw1 racoon: INFO: b",
                          "Nov 22 10:00:02 gw1 racoon: INFO: c and more of it", "Nov 22 10:00:03 gw1 racoon: INFO: d"));
  EXPECT_THAT(seen.numbers, ElementsAre(5u, 4u, 2u, 1u)) << "where they stand in the input";
  EXPECT_TRUE(seen.totals.newest_first);
  EXPECT_EQ(seen.totals.lines, 5u);
  EXPECT_FALSE(see(backwards, {.path = {}, .mend = false, .advance = {}}).totals.newest_first);
}

TEST(Reader, SaysWhatToDoWithALogThatRunsBackwardsAndIsTooLong) {
  const auto seen = see(backwards, {.path = {}, .backlog = 100, .advance = {}});
  EXPECT_THAT(seen.problem.what, HasSubstr("tac FILE"));
  EXPECT_THAT(seen.lines, IsEmpty());
}

TEST(Reader, CountsTheLinesThatMarkupJoined) {
  const auto seen = see("Nov 22 10:00:00 gw1 racoon: INFO: a<br>Nov 22 10:00:00 gw1 racoon: INFO: b<br>\n");
  EXPECT_EQ(seen.lines.size(), 2u);
  EXPECT_EQ(seen.totals.parted, 1u);
}

TEST(Reader, SaysHowToConvertWhatItCannotRead) {
  EXPECT_THAT(see("\xfd"
                  "7zXZ\0..."s)
                  .problem.what,
              HasSubstr("xz -dc"));
  EXPECT_THAT(see("LPKSHHRH........").problem.what, HasSubstr("journalctl --file"));
}

TEST(Reader, ReadsBinaryFilesAsHarmlessLines) {
  std::string bytes;
  for (int i = 0; i < 20000; ++i) bytes.push_back(static_cast<char>(i * 7919 >> 3));
  bytes[0] = '\x7f';
  const auto seen = see(bytes);
  EXPECT_GT(seen.lines.size(), 1u);
  EXPECT_TRUE(seen.problem.what.empty());
}

TEST(Reader, CutsLongLinesAndCountsThem) {
  Flood flood('x', 10'000'000, "\nshort\n");
  const auto seen = see(flood, {.path = {}, .line_limit = 16, .advance = {}});
  EXPECT_THAT(seen.lines, ElementsAre(std::string(16, 'x'), "short"));
  EXPECT_EQ(seen.totals.cut, 1u);
}

TEST(Reader, ReadsTheSameAtEachChunkSize) {
  const std::string text = "Nov 22 10:00:00 gw1 racoon: INFO: a\r\n\r\nNov 22 10:00:01 gw1 racoon: ERROR: b\r\nend";
  const auto whole = see(text);
  for (std::size_t chunk = 1; chunk < 90; ++chunk) {
    EXPECT_EQ(see(text, {.path = {}, .chunk = chunk, .advance = {}}).lines, whole.lines) << "chunk " << chunk;
  }
}

TEST(Reader, ReadsGzipMembersThatFollowEachOther) {
  const auto text = test::packed("one\nt") + test::packed("") + test::packed("wo\n");
  for (std::size_t piece : {1u, 2u, 3u, 7u, 1000u}) {
    Sample sample(text, piece);
    EXPECT_THAT(see(sample).lines, ElementsAre("one", "two")) << "piece " << piece;
  }
}

TEST(Reader, IgnoresWhatStandsBehindTheLastGzipMember) {
  const auto seen = see(test::packed("one\n") + std::string(100, '\0'));
  EXPECT_THAT(seen.lines, ElementsAre("one"));
  EXPECT_FALSE(seen.totals.damage.has_value());
}

TEST(Reader, DeliversWhatStoodBeforeTheBreakOfAGzipFile) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "line " + std::to_string(i * 7919 % 20011) + "\n";
  auto broken = test::packed(text);
  broken.resize(broken.size() / 2);
  const auto seen = see(broken);
  ASSERT_GT(seen.lines.size(), 1000u);
  EXPECT_EQ(seen.lines[1], "line 7919");
  ASSERT_TRUE(seen.totals.damage.has_value());
  EXPECT_THAT(seen.totals.damage->what, HasSubstr("breaks off"));
}

TEST(Reader, CountsWhatItPartsAtCarriageReturns) {
  const auto seen = see("one\nNov 22 10:00:00 gw1 racoon: INFO: a\rNov 22 10:00:00 gw1 racoon: INFO: b\n");
  EXPECT_EQ(seen.lines.size(), 3u);
  EXPECT_EQ(seen.totals.lines, 2u);
  EXPECT_EQ(seen.totals.parted, 1u);
}

TEST(Reader, JoinsWhatIsIndentedBehindACarriageReturnAtEachChunkSize) {
  const std::string text = "Nov 22 10:00:00 gw1 racoon: INFO: begin\r Identity Protection\nNov 22 10:00:01 gw1 racoon: INFO: b\n";
  for (const std::size_t chunk : {1u, 7u, 1000u}) {
    reader::Source source;
    source.chunk = chunk;
    EXPECT_EQ(see(text, source).lines.front(), "Nov 22 10:00:00 gw1 racoon: INFO: begin Identity Protection") << chunk;
  }
}

TEST(Reader, DeliversWhatStoodBeforeTheBreakAtEachChunkSize) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "the same\n";
  auto broken = test::packed(text);
  broken.resize(broken.size() - 12);  // each byte of such data stands for a thousand
  const auto whole = see(broken);
  ASSERT_GT(whole.lines.size(), 0u);
  for (const std::size_t chunk : {1u, 2u, 3u, 5u, 7u, 100u}) {
    reader::Source source;
    source.chunk = chunk;
    EXPECT_EQ(see(broken, source).lines, whole.lines) << chunk;
  }
}

TEST(Reader, DeliversWhatStoodBeforeDamageOfAGzipFile) {
  auto broken = test::packed("one\n") + test::packed(std::string(1000, 'x'));
  broken.back() ^= '\x55';  // the stored length
  const auto seen = see(broken);
  EXPECT_EQ(seen.lines.size(), 2u);
  ASSERT_TRUE(seen.totals.damage.has_value());
  EXPECT_THAT(seen.totals.damage->what, HasSubstr("damaged"));
}

TEST(Reader, RefusesAGzipFileWithNothingInIt) {
  const auto seen = see(test::packed("one\n").substr(0, 5));
  EXPECT_THAT(seen.lines, IsEmpty());
  EXPECT_THAT(seen.problem.what, HasSubstr("breaks off"));
}

TEST(Reader, JoinsIndentedLinesOfACleanLogAtEachChunkSize) {
  std::string text;
  for (int i = 0; i < 150; ++i) text += "Nov 22 10:00:00 gw1 racoon: INFO: message\n";
  text += "Nov 22 10:00:01.100: %PKI-3-CRL_FETCH_FAIL: CRL fetch for trustpoint t1 failed\n     Reason : no answer\n";
  text += "Nov 22 10:00:00 gw1 racoon: INFO: end\n";
  for (std::size_t chunk : {1u, 2u, 41u, 42u, 43u, 1000u, 100000u}) {
    const auto seen = see(text, {.path = {}, .chunk = chunk, .advance = {}});
    ASSERT_EQ(seen.lines.size(), 152u) << "chunk " << chunk;
    EXPECT_EQ(seen.lines[150],
              "Nov 22 10:00:01.100: %PKI-3-CRL_FETCH_FAIL: CRL fetch for trustpoint t1 failed Reason : no answer");
    EXPECT_EQ(seen.numbers[151], 153u);
    EXPECT_EQ(seen.totals.joined, 1u);
  }
}

TEST(Reader, JoinsAndPartsOnlyWhereTheInputShowsThatItIsNeeded) {
  std::string clean;
  for (int i = 0; i < 50; ++i)
    clean += "Nov 22 10:00:00 gw1 racoon: INFO: a message that is about as long as a wrapped one is.\n";
  EXPECT_EQ(see(clean).lines.size(), 50u);
  EXPECT_EQ(see(clean).totals.joined, 0u);

  const auto wrapped =
      see("Nov 22 10:00:00 gw1 racoon: ERROR: couldn't find the pskey for\n"
          "198.51.100.7.\n"
          "Nov 22 10:00:01 gw1 racoon: INFO: begin Identity Protection mode.\n");
  EXPECT_THAT(wrapped.lines, ElementsAre("Nov 22 10:00:00 gw1 racoon: ERROR: couldn't find the pskey for 198.51.100.7.",
                                         "Nov 22 10:00:01 gw1 racoon: INFO: begin Identity Protection mode."));
  EXPECT_THAT(wrapped.numbers, ElementsAre(1u, 3u));
  EXPECT_EQ(wrapped.totals.joined, 1u);
  EXPECT_EQ(wrapped.totals.lines, 3u);
}

}  // namespace
}  // namespace ikewatch::reader
