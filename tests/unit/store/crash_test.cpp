// The process dies in the middle of a save: killed at a moment of its own, and killed by the system at an exact byte of the log.
#include "store_fixture.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace ikewatch::store {
namespace {

constexpr std::uint64_t many = 1'000'000;

/// The state after save number `n`: each has its own number of tunnels, and every tunnel tells which state it belongs to.
Saved state(std::uint64_t n) { return sample(n == 0 ? 0 : 40 + n % 7, n); }

/// The system kills a process at the byte where a file would outgrow RLIMIT_FSIZE (setrlimit(2)).
void die_beyond(rlim_t size) {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::signal(SIGXFSZ, SIG_DFL);
  const rlimit limit{size, size};
  ::setrlimit(RLIMIT_FSIZE, &limit);
}

class Crash : public StoreTest {
 protected:
  /// Starts a process that saves one state after the other, and writes a byte into a pipe after each save.
  void start(const std::function<void()>& first = [] {}) {
    int ends[2] = {-1, -1};
    ASSERT_EQ(::pipe(ends), 0);
    child_ = ::fork();
    ASSERT_GE(child_, 0);
    if (child_ == 0) {
      ::close(ends[0]);
      save_for_ever(ends[1], first);
    }
    ::close(ends[1]);
    told_ = ends[0];
  }
  bool hear_of_a_save() {
    char byte = 0;
    if (::read(told_, &byte, 1) != 1) return false;
    ++heard_;
    return true;
  }
  /// The signal that ended the child.
  int end() {
    while (hear_of_a_save()) {
    }
    ::close(told_);
    int status = 0;
    ::waitpid(child_, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }
  /// What is there is one whole state, and none that the child had left behind already.
  void expect_a_whole_state() {
    const auto store = open();
    ASSERT_TRUE(store);
    EXPECT_TRUE(notices_.empty()) << notice();
    const auto saved = store->load();
    ASSERT_TRUE(saved) << to_string(saved.error());
    const std::uint64_t n = saved->memory.tunnels.empty() ? 0 : saved->memory.tunnels.front().facts.changes;
    EXPECT_GE(n, heard_);
    EXPECT_LE(n, heard_ + 1);
    EXPECT_EQ(show(*saved), n == 0 ? "" : show(state(n)));
    ASSERT_EQ(saving(*store, state(many)), "saved");
    EXPECT_EQ(loaded(*store), show(state(many)));
  }

  pid_t child_ = -1;
  int told_ = -1;
  std::uint64_t heard_ = 0;

 private:
  [[noreturn]] void save_for_ever(int out, const std::function<void()>& first) {
    auto store = Store::open(folder(), options_, notices_);
    if (!store) ::_exit(1);
    first();
    for (std::uint64_t n = 1; n < many; ++n) {
      if (!(*store)->save(state(n), {}, at(0)) || ::write(out, "s", 1) != 1) ::_exit(2);
    }
    ::_exit(3);
  }
};

TEST_F(Crash, LeavesAWholeStateWheneverItComes) {
  for (std::uint64_t round = 0; round < 12; ++round) {
    fs::remove_all(folder());
    heard_ = 0;
    ASSERT_NO_FATAL_FAILURE(start());
    for (std::uint64_t i = 0; i <= round; ++i) ASSERT_TRUE(hear_of_a_save());
    // Another moment of the save that is under way in each round.
    volatile std::uint64_t passing = 0;
    while (passing < round * 50'000) passing = passing + 1;
    ASSERT_EQ(::kill(child_, SIGKILL), 0);
    EXPECT_EQ(end(), SIGKILL);
    expect_a_whole_state();
  }
}

TEST_F(Crash, LeavesAWholeStateAtWhateverByteOfTheLogItComes) {
  for (rlim_t size = 40'000; size < 900'000; size += 41'207) {
    fs::remove_all(folder());
    heard_ = 0;
    ASSERT_NO_FATAL_FAILURE(start([size] { die_beyond(size); }));
    EXPECT_EQ(end(), SIGXFSZ) << size;
    expect_a_whole_state();
  }
}

/// Closing copies the pages of the log into the database; what was copied when the process died is copied again.
TEST_F(Crash, LeavesAWholeStateAtWhateverPageOfTheDatabaseItComes) {
  for (rlim_t pages = 1; pages < 13; ++pages) {
    fs::remove_all(folder());
    save(state(5));
    ASSERT_GT(fs::file_size(file()), 13u * 4096u);
    const pid_t child = ::fork();
    if (child == 0) {
      auto store = Store::open(folder(), options_, notices_);
      if (!store || !(*store)->save(state(6), {}, at(0))) ::_exit(1);
      die_beyond(pages * 4096);
      store->reset();
      ::_exit(2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ) << status;
    EXPECT_EQ(load(), show(state(6)));
    EXPECT_TRUE(notices_.empty()) << notice();
  }
}

/// Of a log that a power cut left unfinished, SQLite takes what is whole.
TEST_F(Crash, AnUnfinishedLogGivesTheSaveBeforeIt) {
  ASSERT_NO_FATAL_FAILURE(start());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(hear_of_a_save());
  ASSERT_EQ(::kill(child_, SIGKILL), 0);
  EXPECT_EQ(end(), SIGKILL);
  const fs::path log = file().string() + "-wal";
  const fs::path copy = root_ / "copy";
  fs::copy(folder(), copy);
  for (const auto size : {fs::file_size(log) - 1, fs::file_size(log) / 2, fs::file_size(log) / 3}) {
    fs::remove_all(folder());
    fs::copy(copy, folder());
    fs::resize_file(log, size);
    const auto store = open();
    ASSERT_TRUE(store);
    EXPECT_TRUE(notices_.empty()) << notice();
    const auto saved = store->load();
    ASSERT_TRUE(saved);
    const std::uint64_t n = saved->memory.tunnels.empty() ? 0 : saved->memory.tunnels.front().facts.changes;
    EXPECT_LE(n, heard_ + 1);
    EXPECT_EQ(show(*saved), n == 0 ? "" : show(state(n)));
  }
}

}  // namespace
}  // namespace ikewatch::store
