// What the engine's thread may ask of a disk that hangs, fails or loses its file: everything, and it waits for none of it.
#include "keeper.hpp"

#include "data.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace ikewatch::app {
namespace {

using ::testing::HasSubstr;
using Changes = std::vector<engine::Change>;

/// Of all stores of a test; what one does of another thread waits while the disk hangs.
class Disk {
 public:
  void hang() {
    set([this] { hangs_ = true; });
  }
  void answer() {
    set([this] { hangs_ = false; });
  }
  void refuse(bool refuses) {
    set([this, refuses] { refuses_ = refuses; });
  }
  void lose_file() {
    set([this] { lost_ = refuses_ = true; });
  }
  void until_somebody_waits() {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, std::chrono::minutes(1), [this] { return waiting_ > 0; }));
  }

  Result<void> open() {
    const auto lock = pass();
    lost_ = refuses_ = false;
    kept_.clear();
    return {};
  }
  Result<void> save(const Changes& changes, store::Options options) {
    const auto lock = pass();
    if (refuses_) return Problem{{}, "no room"};
    kept_.insert(kept_.end(), changes.begin(), changes.end());
    options_ = options;
    return {};
  }
  Changes read() {
    const auto lock = pass();
    ++questions_;
    return kept_;
  }
  bool lost() { return get(&Disk::lost_); }
  std::chrono::seconds history() { return get(&Disk::options_).history; }
  std::size_t kept() { return get(&Disk::kept_).size(); }
  int questions() { return get(&Disk::questions_); }

 private:
  std::unique_lock<std::mutex> pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !hangs_; });
    --waiting_;
    return lock;
  }
  template <class Change>
  void set(const Change& change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }
  template <class Value>
  Value get(Value Disk::*member) {
    const std::lock_guard lock(mutex_);
    return this->*member;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  int questions_ = 0;
  bool hangs_ = false;
  bool refuses_ = false;
  bool lost_ = false;
  store::Options options_;
  Changes kept_;
};

class FakeStore final : public store::Store {
 public:
  explicit FakeStore(Disk& disk) : disk_(disk) {}
  Result<store::Saved> load() override { return store::Saved{}; }
  Result<void> save(const store::Saved& /*saved*/, const Changes& changes, WallTime /*now*/) override {
    return disk_.save(changes, options_);
  }
  [[nodiscard]] bool usable() const override { return !disk_.lost(); }
  Result<Changes> history(const store::HistoryQuery& /*query*/) override { return disk_.read(); }
  void set_options(store::Options options) override { options_ = options; }

 private:
  Disk& disk_;
  store::Options options_;
};

class AKeeper : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { meaning_ = read_meaning({}); }

  AKeeper() { keeper_.begin(engine_); }
  ~AKeeper() override { disk_.answer(); }

  void note(const std::string& text, std::size_t times = 1) {
    engine::Change change;
    change.gateway = "edge-1";
    change.tunnel = "branch-lyon";
    change.text = text;
    keeper_.note(Changes(times, change));
  }
  void tick() { keeper_.tick(engine_, {}, WallTime(std::chrono::seconds(++now_))); }
  void save() { keeper_.save(engine_, {}, WallTime(std::chrono::seconds(++now_))); }
  static int count(const std::string& text, const std::string& part) {
    int found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  }
  /// A save, or what else is due, is under way and hangs.
  void tick_and_hang() {
    disk_.hang();
    tick();
    disk_.until_somebody_waits();
  }
  /// Ticks until this is so.
  void until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    for (tick(); !condition(); tick()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end);
      std::this_thread::yield();
    }
  }
  auto ask() { return keeper_.history({.gateway = "edge-1", .tunnel = "branch-lyon", .since = {}}); }
  static std::string texts_of(const Changes& changes) {
    std::string texts;
    for (const auto& change : changes) texts += change.text + ' ';
    return texts;
  }
  /// The texts of the history, or why there is none.
  std::string history() {
    const auto changes = ask();
    return changes ? texts_of(*changes) : changes.error().what;
  }
  /// The same where the disk answers, however slow this machine is.
  std::string history_at_last() {
    std::string texts;
    until([&] {
      const auto changes = ask();
      if (changes) texts = texts_of(*changes);
      return static_cast<bool>(changes);
    });
    return texts;
  }

  static Meaning meaning_;
  engine::Engine engine_{meaning_.rules, meaning_.knowledge, {}};
  Disk disk_;
  Keeper keeper_{"/nonexistent", {}, [this](store::Options, std::vector<std::string>&) -> Result<std::unique_ptr<store::Store>> {
                   if (auto opened = disk_.open(); !opened) return opened.error();
                   return std::make_unique<FakeStore>(disk_);
                 }};
  std::int64_t now_ = 1'000'000;
};

Meaning AKeeper::meaning_;

TEST_F(AKeeper, GivesTheHistoryOfWhatIsSavedAndOfWhatIsNot) {
  note("a");
  save();
  note("b");
  EXPECT_EQ(history_at_last(), "a b ");
}

TEST_F(AKeeper, RefusesTheHistoryWhileASaveHangs) {
  note("a");
  tick_and_hang();
  note("b");
  EXPECT_THAT(history(), HasSubstr("the state is being saved, and the disk takes long"));
  disk_.answer();
  EXPECT_EQ(history_at_last(), "a b ");
}

TEST_F(AKeeper, AsksTheDiskOnceHoweverManyAskForTheHistory) {
  tick_and_hang();
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(ask());
  disk_.answer();
  save();
  EXPECT_EQ(disk_.questions(), 1);
}

TEST_F(AKeeper, SaysThatTheHistoryItselfIsSlow) {
  save();
  disk_.hang();
  EXPECT_THAT(history(), HasSubstr("the disk takes long to read the history"));
}

TEST_F(AKeeper, TakesOptionsWhileASaveHangsAndPassesThemOnWithTheNext) {
  tick_and_hang();
  keeper_.set_options({.history = std::chrono::hours(7)});
  disk_.answer();
  save();
  EXPECT_EQ(disk_.history(), std::chrono::hours(7));
}

TEST_F(AKeeper, GivesChangesOfASaveThatFailedToTheNextOne) {
  disk_.refuse(true);
  note("a");
  save();
  EXPECT_FALSE(keeper_.facts().up);
  EXPECT_EQ(history_at_last(), "a ");
  disk_.refuse(false);
  note("b");
  save();
  EXPECT_TRUE(keeper_.facts().up);
  EXPECT_EQ(history_at_last(), "a b ");
}

TEST_F(AKeeper, GoesOnWhileALostFileIsOpenedAnew) {
  save();
  disk_.lose_file();
  note("a");
  save();
  tick_and_hang();
  EXPECT_FALSE(keeper_.facts().up);
  note("b");
  tick();
  keeper_.set_options({.history = std::chrono::hours(7)});
  EXPECT_THAT(history(), HasSubstr("the disk takes long"));
  disk_.answer();
  until([this] { return keeper_.facts().up; });
  EXPECT_EQ(history_at_last(), "a b ");
}

TEST_F(AKeeper, KeepsAsManyChangesForADiskThatHangsAsItSays) {
  tick_and_hang();
  note("a", 65536);
  EXPECT_EQ(keeper_.facts().history_dropped, 0U);
  disk_.answer();
  save();
  EXPECT_EQ(disk_.kept(), 65536U);
}

TEST_F(AKeeper, CountsAndTellsWhatTheHistoryLacks) {
  ::testing::internal::CaptureStderr();
  note("a", 10);
  tick_and_hang();
  for (int i = 0; i < 100; ++i) note("b", 1000);
  const auto dropped = keeper_.facts().history_dropped;
  EXPECT_GE(dropped, 100'000U - 65536);
  EXPECT_LE(dropped, 100'000U - 65536 + 8192);
  disk_.answer();
  save();
  EXPECT_EQ(disk_.kept() + dropped, 100'010U);
  EXPECT_EQ(keeper_.facts().history_dropped, dropped) << "what was saved was not lost";
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(count(said, "more than 65536 changes of tunnels came at once or wait to be saved"), 1) << said;
  EXPECT_EQ(count(said, "the state is saved again; the history lacks " + std::to_string(dropped) + " changes"), 1) << said;
}

TEST_F(AKeeper, CountsWhatASaveThatFailsDoesNotGiveBack) {
  disk_.refuse(true);
  note("a", 40'000);
  tick_and_hang();
  note("b", 40'000);
  disk_.answer();
  until([this] { return keeper_.facts().save_failures > 0; });
  const auto dropped = keeper_.facts().history_dropped;
  EXPECT_GE(dropped, 80'000U - 65536);
  disk_.refuse(false);
  save();
  EXPECT_EQ(disk_.kept() + dropped, 80'000U);
}

TEST_F(AKeeper, WaitsAtTheEnd) {
  note("a");
  tick_and_hang();
  std::thread later([this] { disk_.answer(); });
  save();
  later.join();
  EXPECT_EQ(keeper_.facts().last_save, WallTime(std::chrono::seconds(now_)));
}

}  // namespace
}  // namespace ikewatch::app
