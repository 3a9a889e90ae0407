#include "store_fixture.hpp"

#include "schema.hpp"

#include <ikewatch/base/text.hpp>

#include <gmock/gmock.h>

#include <random>

namespace ikewatch::store {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Damage : public StoreTest {
 protected:
  void expect_fresh(const std::string& reason) {
    const std::string before = bytes_of(file());
    EXPECT_EQ(load(), "");
    EXPECT_THAT(notice(), AllOf(HasSubstr(reason), HasSubstr("ikewatch.db.damaged-1")));
    EXPECT_TRUE(is_printable(notice()));
    EXPECT_TRUE(bytes_of(damaged(1)) == before) << "the file was changed before it was set aside";
    save(sample(2));
    EXPECT_EQ(load(), show(sample(2)));
    EXPECT_TRUE(notices_.empty());
  }
};

std::size_t number_at(const std::string& bytes, std::size_t place) {
  return static_cast<unsigned char>(bytes[place]) * 256U + static_cast<unsigned char>(bytes[place + 1]);
}

/// SQLite gets no more memory than it has, and a little.
class LittleMemory {
 public:
  LittleMemory() { sqlite3_hard_heap_limit64(sqlite3_memory_used() + 100'000); }
  ~LittleMemory() { sqlite3_hard_heap_limit64(0); }
  LittleMemory(const LittleMemory&) = delete;
  LittleMemory& operator=(const LittleMemory&) = delete;
};

TEST_F(Damage, GarbageIsSetAside) {
  fs::create_directory(folder());
  write_bytes(file(), std::string(10'000, '\xA5'));
  expect_fresh("file is not a database");
}

TEST_F(Damage, AShortTextIsSetAside) {
  fs::create_directory(folder());
  write_bytes(file(), "hello");
  expect_fresh("file is not a database");
}

TEST_F(Damage, AnEmptyFileIsAFreshOne) {
  fs::create_directory(folder());
  write_bytes(file(), "");
  EXPECT_EQ(load(), "");
  EXPECT_TRUE(notices_.empty());
}

TEST_F(Damage, ATruncatedFileIsSetAside) {
  save(sample(200));
  fs::resize_file(file(), fs::file_size(file()) / 2);
  expect_fresh("malformed");
}

TEST_F(Damage, AFileCutWithinItsHeaderIsSetAside) {
  save(sample(1));
  fs::resize_file(file(), 60);
  expect_fresh("malformed");
}

TEST_F(Damage, AnOverwrittenPageIsSetAside) {
  save(sample(200));
  std::string bytes = bytes_of(file());
  bytes.replace(bytes.size() / 2 / 4096 * 4096, 4096, std::string(4096, '\x5A'));
  write_bytes(file(), bytes);
  expect_fresh("damaged");
}

TEST_F(Damage, AChangedLetterInATextIsSetAside) {
  save(sample(200));
  std::string bytes = bytes_of(file());
  std::size_t place = bytes.find("rejected dh_group");
  ASSERT_NE(place, std::string::npos);
  // All of them: some are in space that is no longer used.
  for (; place != std::string::npos; place = bytes.find("rejected dh_group", place + 1)) bytes[place] = 'R';
  write_bytes(file(), bytes);
  expect_fresh("a tunnel is not what was saved");
}

TEST_F(Damage, AnIndexThatDisagreesIsSetAside) {
  {
    const auto store = open();
    ASSERT_TRUE(store->save(sample(1), {sample_change(1)}, at(0)));
  }
  std::string bytes = bytes_of(file());
  // In the table the peer follows, in the index it does not.
  std::size_t place = bytes.find("branch-1");
  while (place != std::string::npos && bytes.compare(place + 8, 4, "2001") == 0) place = bytes.find("branch-1", place + 1);
  ASSERT_NE(place, std::string::npos);
  bytes[place] = 'B';
  write_bytes(file(), bytes);
  expect_fresh("index");
}

TEST_F(Damage, AHeaderThatForbidsWritingIsSetAside) {
  save(sample(2));
  std::string bytes = bytes_of(file());
  bytes[18] = 9;  // the write version (sqlite.org/fileformat2.html#file_format_version_numbers)
  write_bytes(file(), bytes);
  expect_fresh("its header is damaged");
}

/// Each row of the schema gets the largest length (sqlite.org/fileformat2.html#b_tree_pages). For some of them SQLite says that
/// there is no memory.
TEST_F(Damage, ALengthThatNothingHasIsSetAside) {
  save(sample(2));
  const std::string sound = bytes_of(file());
  constexpr std::size_t header = 100;
  ASSERT_EQ(sound[header], '\x0D') << "the schema has more than a page";
  for (std::size_t row = 0; row < number_at(sound, header + 3); ++row) {
    std::string bytes = sound;
    bytes.replace(number_at(sound, header + 8 + 2 * row), 5, "\x8F\xFF\xFF\xFF\x7F");
    write_bytes(file(), bytes);
    EXPECT_EQ(load(), "");
    EXPECT_THAT(notice(), HasSubstr("ikewatch.db.damaged-1"));
    EXPECT_TRUE(bytes_of(damaged(1)) == bytes);
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(damaged(1).string() + suffix);
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(file().string() + suffix);
  }
}

TEST_F(Damage, LackOfMemoryIsNone) {
  save(sample(2));
  const std::string before = bytes_of(file());
  {
    const LittleMemory little;
    EXPECT_THAT(opening_problem(), HasSubstr("out of memory"));
  }
  EXPECT_TRUE(bytes_of(file()) == before);
  EXPECT_FALSE(fs::exists(damaged(1)));
  EXPECT_EQ(load(), show(sample(2)));
}

TEST_F(Damage, AChangedPositionIsSetAside) {
  save(sample(1));
  run_sql(file(), "UPDATE sources SET position = 'file1 1'");
  expect_fresh("a source is not what was saved");
}

TEST_F(Damage, ALostRowThatOthersNameIsSetAside) {
  save(sample(2));
  run_sql(file(), "DELETE FROM gateways WHERE id = 1");
  expect_fresh("what ties lines to tunnels is not what was saved");
}

TEST_F(Damage, RowsThatChangedPlacesAreSetAside) {
  save(sample(2));
  run_sql(file(), "UPDATE tunnels SET id = 7 WHERE id = 0");
  expect_fresh("a tunnel is not what was saved");
}

TEST_F(Damage, IsToldByTheStoreInUse) {
  const auto store = open();
  ASSERT_EQ(saving(*store, sample(200)), "saved");
  EXPECT_TRUE(store->usable());
  fs::rename(file(), root_ / "elsewhere");
  EXPECT_THAT(saving(*store, sample(2)), HasSubstr("moved or removed"));
  EXPECT_FALSE(store->usable());
}

/// Whatever single byte is wrong: it is noticed, or it lies where nothing is kept.
TEST_F(Damage, NoFlippedByteChangesWhatIsRead) {
  save(sample(20));
  const std::string sound = bytes_of(file());
  const std::string expected = show(sample(20));
  std::mt19937 random(7);
  int noticed = 0;
  for (int i = 0; i < 160; ++i) {
    std::string bytes = sound;
    // The first tries go through the header, where each byte has a meaning of its own.
    const std::size_t place = i < 100 ? static_cast<std::size_t>(i) : random() % bytes.size();
    bytes[place] = static_cast<char>(bytes[place] ^ (1 << (random() % 8)));
    write_bytes(file(), bytes);
    const std::string found = load();
    noticed += notices_.empty() ? 0 : 1;
    EXPECT_TRUE(found == (notices_.empty() ? expected : "")) << "byte " << place << ": " << found.substr(0, 300);
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(damaged(1).string() + suffix);
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(file().string() + suffix);
  }
  EXPECT_GT(noticed, 20);
}

TEST_F(Damage, AForeignDatabaseIsSetAsideUntouched) {
  fs::create_directory(folder());
  run_sql(file(), "PRAGMA application_id = 77; CREATE TABLE birds (name TEXT); INSERT INTO birds VALUES ('wren')");
  expect_fresh("another program");
}

TEST_F(Damage, ADatabaseWithoutAnIdentityIsForeign) {
  fs::create_directory(folder());
  run_sql(file(), "CREATE TABLE birds (name TEXT)");
  expect_fresh("another program");
}

TEST_F(Damage, ANewerVersionIsSetAside) {
  save(sample(2));
  run_sql(file(), "PRAGMA user_version = 3");
  expect_fresh("a newer ikewatch wrote it (schema 3, this one knows 2)");
}

TEST_F(Damage, OurMarksOnOtherTablesAreSetAside) {
  fs::create_directory(folder());
  run_sql(file(),
          "PRAGMA user_version = 1; CREATE TABLE tunnels (id); PRAGMA application_id = " + std::to_string(application_id));
  expect_fresh("its tables are not ours");
}

TEST_F(Damage, ATriggerInTheFileNeverRuns) {
  save(sample(2));
  run_sql(file(), "CREATE TRIGGER t AFTER INSERT ON sources BEGIN DELETE FROM tunnels; END");
  expect_fresh("its tables are not ours");
}

TEST_F(Damage, WhatIsNoFileIsSetAside) {
  fs::create_directories(file() / "inner");
  EXPECT_EQ(load(), "");
  EXPECT_THAT(notice(), HasSubstr("not a regular file"));
  EXPECT_TRUE(fs::is_directory(damaged(1)));
}

TEST_F(Damage, ALinkIsSetAsideAndItsTargetLeftAlone) {
  fs::create_directory(folder());
  write_bytes(root_ / "precious", "mine");
  fs::create_symlink(root_ / "precious", file());
  EXPECT_EQ(load(), "");
  EXPECT_TRUE(fs::is_symlink(damaged(1)));
  EXPECT_EQ(bytes_of(root_ / "precious"), "mine");
}

TEST_F(Damage, ItsLogGoesWithIt) {
  fs::create_directory(folder());
  write_bytes(file(), "hello");
  write_bytes(file().string() + "-wal", "log");
  write_bytes(file().string() + "-shm", "index");
  EXPECT_EQ(load(), "");
  EXPECT_EQ(bytes_of(damaged(1).string() + "-wal"), "log");
  EXPECT_TRUE(fs::exists(damaged(1).string() + "-shm"));
}

TEST_F(Damage, EachDamagedFileGetsItsOwnNumber) {
  fs::create_directory(folder());
  for (int n = 1; n <= 3; ++n) {
    write_bytes(file(), "hello " + std::to_string(n));
    EXPECT_EQ(load(), "");
    EXPECT_THAT(notice(), HasSubstr("damaged-" + std::to_string(n)));
  }
  EXPECT_EQ(bytes_of(damaged(1)), "hello 1");
  EXPECT_EQ(bytes_of(damaged(3)), "hello 3");
}

TEST_F(Damage, TheLastNumberIsUsedAgain) {
  fs::create_directory(folder());
  for (int n = 1; n <= 99; ++n) write_bytes(damaged(n), "old");
  write_bytes(file(), "hello");
  EXPECT_EQ(load(), "");
  EXPECT_EQ(bytes_of(damaged(99)), "hello");
  EXPECT_FALSE(fs::exists(damaged(100)));
}

}  // namespace
}  // namespace ikewatch::store
