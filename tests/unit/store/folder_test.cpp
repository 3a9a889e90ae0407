#include "store_fixture.hpp"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ikewatch::store {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class StoreFolder : public StoreTest {};

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777u : 0u;
}

/// Files of this process cannot grow beyond a size: what a full disk does, for this process only.
class SizeLimit {
 public:
  explicit SizeLimit(rlim_t bytes) {
    former_handler_ = ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &former_);
    const rlimit limit{bytes, former_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &former_);
    ::signal(SIGXFSZ, former_handler_);
  }
  SizeLimit(const SizeLimit&) = delete;
  SizeLimit& operator=(const SizeLimit&) = delete;

 private:
  rlimit former_{};
  void (*former_handler_)(int) = nullptr;
};

TEST_F(StoreFolder, IsMadeForItsOwnerOnly) {
  const auto store = open();
  ASSERT_TRUE(store);
  ASSERT_EQ(saving(*store, sample(1)), "saved");
  EXPECT_EQ(mode_of(folder()), 0700u);
  for (const char* name : {"ikewatch.db", "ikewatch.db-wal", "ikewatch.db-shm", "ikewatch.lock"}) {
    EXPECT_EQ(mode_of(folder() / name), 0600u) << name;
  }
}

TEST_F(StoreFolder, IsMadeWithItsParentsAndATrailingSlash) {
  auto store = Store::open(root_ / "a/b/c/", options_, notices_);
  ASSERT_TRUE(store) << to_string(store.error());
  EXPECT_EQ(mode_of(root_ / "a/b/c"), 0700u);
  EXPECT_TRUE(fs::exists(root_ / "a/b/c/ikewatch.db"));
}

TEST_F(StoreFolder, MayBeReachedThroughALink) {
  fs::create_directory(root_ / "private");
  fs::create_directory_symlink(root_ / "private", folder());
  save(sample(1));
  EXPECT_EQ(load(), show(sample(1)));
  EXPECT_TRUE(fs::exists(root_ / "private/ikewatch.db"));
}

TEST_F(StoreFolder, AFileThatEverybodyMayReadIsMadePrivate) {
  save(sample(1));
  fs::permissions(file(), fs::perms(0644));
  EXPECT_EQ(load(), show(sample(1)));
  EXPECT_EQ(mode_of(file()), 0600u);
}

TEST_F(StoreFolder, BelowAFileIsAProblem) {
  write_bytes(folder(), "a file");
  EXPECT_THAT(opening_problem(), AllOf(HasSubstr("state"), HasSubstr("Not a directory")));
  const auto below = Store::open(folder() / "deeper", options_, notices_);
  ASSERT_FALSE(below);
  EXPECT_THAT(to_string(below.error()), HasSubstr("cannot be made: Not a directory"));
}

TEST_F(StoreFolder, WithoutANameIsAProblem) { EXPECT_FALSE(Store::open("", options_, notices_)); }

TEST_F(StoreFolder, ThatCannotBeWrittenIsAProblem) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write anywhere";
  fs::create_directory(folder());
  fs::permissions(folder(), fs::perms(0500));
  EXPECT_THAT(opening_problem(), HasSubstr("cannot be written: Permission denied"));
}

TEST_F(StoreFolder, ASecondStoreIsAProblemThatNamesTheFirst) {
  const auto first = open();
  ASSERT_TRUE(first);
  EXPECT_THAT(opening_problem(),
              AllOf(HasSubstr("another ikewatch uses"), HasSubstr("process " + std::to_string(::getpid()) + ")")));
  ASSERT_EQ(saving(*first, sample(1)), "saved");
  EXPECT_EQ(loaded(*first), show(sample(1)));
}

TEST_F(StoreFolder, ASecondProcessIsRefusedUntilTheFirstEnds) {
  auto first = open();
  ASSERT_TRUE(first);
  const auto in_another_process = [&] {
    const pid_t child = ::fork();
    if (child == 0) {
      // The child has the lock by inheritance, but a file of its own has not.
      const auto second = Store::open(folder(), options_, notices_);
      ::_exit(second ? 0 : to_string(second.error()).find("another ikewatch") != std::string::npos ? 1 : 2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  EXPECT_EQ(in_another_process(), 1);
  first.reset();
  EXPECT_EQ(in_another_process(), 0);
}

TEST_F(StoreFolder, AFullDiskIsAProblemAndLaterSavesSucceed) {
  const auto store = open();
  ASSERT_TRUE(store);
  ASSERT_EQ(saving(*store, sample(2)), "saved");
  {
    const SizeLimit full(256 * 1024);
    EXPECT_THAT(saving(*store, sample(3000, 1)), HasSubstr("the state cannot be saved: "));
    EXPECT_EQ(loaded(*store), show(sample(2)));
    EXPECT_THAT(saving(*store, sample(3000, 1)), HasSubstr("the state cannot be saved: "));
  }
  EXPECT_EQ(saving(*store, sample(3000, 1)), "saved");
  EXPECT_TRUE(loaded(*store) == show(sample(3000, 1)));
}

/// Opening needs room for the index of the log; what was saved is read without it, from the log too.
TEST_F(StoreFolder, AFullDiskAtTheStartHidesNothingThatWasSaved) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = Store::open(folder(), options_, notices_);
    const bool done = store && (*store)->save(sample(5, 3), {}, at(0));
    ::_exit(done ? 0 : 1);  // without closing: all of it is in the log
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  fs::remove(file().string() + "-shm");
  const std::string database = bytes_of(file()), log = bytes_of(file().string() + "-wal");
  ASSERT_FALSE(log.empty());
  {
    const SizeLimit full(1024);
    EXPECT_NE(opening_problem(), "no problem");
    const auto saved = Store::read_saved(folder());
    ASSERT_TRUE(saved) << to_string(saved.error());
    EXPECT_EQ(show(*saved), show(sample(5, 3)));
  }
  EXPECT_TRUE(bytes_of(file()) == database && bytes_of(file().string() + "-wal") == log) << "it was changed";
  EXPECT_EQ(load(), show(sample(5, 3)));
}

TEST_F(StoreFolder, AFullDiskAtTheStartIsAProblem) {
  {
    const SizeLimit full(1024);
    EXPECT_THAT(opening_problem(), HasSubstr("cannot be opened"));
  }
  EXPECT_EQ(load(), "");
  EXPECT_TRUE(notices_.empty());
}

TEST_F(StoreFolder, AnotherWriterIsWaitedForAndThenAProblem) {
  const auto store = open();
  ASSERT_TRUE(store);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_THAT(saving(*store, sample(1)), HasSubstr("database is locked"));
  sqlite3_close(other);
  EXPECT_EQ(saving(*store, sample(1)), "saved");
}

TEST_F(StoreFolder, AReaderIsNotInTheWay) {
  const auto store = open();
  ASSERT_TRUE(store);
  ASSERT_EQ(saving(*store, sample(1)), "saved");
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN; SELECT * FROM tunnels", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(saving(*store, sample(2)), "saved");
  sqlite3_close(other);
  EXPECT_EQ(loaded(*store), show(sample(2)));
}

TEST_F(StoreFolder, AFileThatWasTakenAwayIsAProblem) {
  const auto store = open();
  ASSERT_TRUE(store);
  fs::rename(file(), root_ / "elsewhere.db");
  EXPECT_THAT(saving(*store, sample(1)), HasSubstr("moved or removed"));
}

}  // namespace
}  // namespace ikewatch::store
