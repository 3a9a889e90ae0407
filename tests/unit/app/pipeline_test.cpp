// The pipeline with a matcher and an engine of the test's own, as slow and as uneven as the test wants them.
#include "pipeline.hpp"

#include "feed.hpp"
#include "reading_loop.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace ikewatch::app {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Notes in each batch who matched it; the first line says how long that takes.
class TestMatcher final : public Matcher {
 public:
  explicit TestMatcher(std::string name) : name_(std::move(name)) {}
  void match(Batch& batch) const override {
    Batch::Told& told = batch.draft();
    told = {};
    told.gateway = name_;
    const auto until = Clock::now() + std::chrono::microseconds(batch.lines().empty() ? 0 : batch.lines().front().text.size());
    while (Clock::now() < until) std::this_thread::yield();
    batch.keep_draft();
  }

 private:
  std::string name_;
};

std::unique_ptr<Batch> batch_of(const std::string& line, const std::string& position) {
  auto batch = std::make_unique<Batch>();
  source::Delivery delivery;
  delivery.line = line;
  delivery.received = WallTime(seconds(1000));
  batch->add(delivery);
  batch->position = position;
  return batch;
}

struct Taken {
  std::vector<std::string> positions;
  std::vector<std::string> matchers;
};

class PipelineTest : public ::testing::TestWithParam<unsigned> {
 protected:
  /// Every second batch is matched by the one who puts it, unless others wait.
  static constexpr std::size_t few = 1;

  Pipeline::Take take() {
    return [this](const Batch& batch) {
      taken.positions.push_back(batch.position);
      taken.matchers.emplace_back(batch.told(0).gateway);
    };
  }
  void put_many(Pipeline& pipeline, int count) {
    for (int i = 0; i < count; ++i) {
      auto batch = batch_of(std::string(static_cast<std::size_t>(1 + i * 37 % 300), 'x'), std::to_string(put++));
      source::Delivery second;
      second.line = "second";
      second.received = WallTime(seconds(1001));
      if (i % 2 == 0) batch->add(second);
      pipeline.put(std::move(batch));
    }
  }
  void expect_in_order() {
    ASSERT_EQ(taken.positions.size(), static_cast<std::size_t>(put));
    for (int i = 0; i < put; ++i) ASSERT_EQ(taken.positions[static_cast<std::size_t>(i)], std::to_string(i));
  }

  boost::asio::io_context loop;
  Taken taken;
  int put = 0;
};

TEST_P(PipelineTest, TakesBatchesInTheOrderInWhichTheyCame) {
  Pipeline pipeline(loop, GetParam(), std::make_shared<TestMatcher>("first"), take(), few);
  put_many(pipeline, 500);
  const auto deadline = Clock::now() + 30s;
  while (taken.positions.size() < 500 && Clock::now() < deadline) {
    loop.restart();
    loop.run_for(10ms);
  }
  expect_in_order();
}

TEST_P(PipelineTest, DrainsEverythingWithoutTheLoop) {
  Pipeline pipeline(loop, GetParam(), std::make_shared<TestMatcher>("first"), take(), few);
  put_many(pipeline, 200);
  pipeline.drain();
  expect_in_order();
  EXPECT_FALSE(pipeline.oldest());
  loop.poll();  // what was posted meanwhile finds nothing
  expect_in_order();
}

TEST_P(PipelineTest, MatchesNothingByTheFormerMatcherAfterAnExchange) {
  Pipeline pipeline(loop, GetParam(), std::make_shared<TestMatcher>("first"), take(), few);
  put_many(pipeline, 100);
  pipeline.exchange(std::make_shared<TestMatcher>("second"));
  const auto by_first = taken.matchers.size();
  EXPECT_THAT(taken.matchers, ::testing::Each("first"));
  put_many(pipeline, 100);
  pipeline.drain();
  expect_in_order();
  for (auto i = by_first; i < taken.matchers.size(); ++i) ASSERT_EQ(taken.matchers[i], "second");
}

TEST_P(PipelineTest, TellsHowOldTheOldestLineIs) {
  Pipeline pipeline(loop, GetParam(), std::make_shared<TestMatcher>("first"), take(), few);
  EXPECT_FALSE(pipeline.oldest());
  pipeline.put(std::make_unique<Batch>());  // a position alone has no age
  EXPECT_FALSE(pipeline.oldest());
  put_many(pipeline, 1);
  EXPECT_EQ(pipeline.oldest(), WallTime(seconds(1000)));
  pipeline.drain();
  EXPECT_FALSE(pipeline.oldest());
}

TEST_P(PipelineTest, DropsWhatIsOnItsWayAtItsEnd) {
  {
    Pipeline pipeline(loop, GetParam(), std::make_shared<TestMatcher>("first"), take(), few);
    put_many(pipeline, 300);
  }
  EXPECT_TRUE(taken.positions.empty());
}

INSTANTIATE_TEST_SUITE_P(Threads, PipelineTest, ::testing::Values(1U, 2U, 4U, 16U));

/// A source that has as many lines as are asked for, and counts how it is treated. Runs on a reading loop.
class Fountain final : public source::Source {
 public:
  explicit Fountain(source::Sink sink) : sink_(std::move(sink)) {}

  Result<void> start(boost::asio::io_context& loop) override {
    loop_ = &loop;
    return {};
  }
  void keep_trying(boost::asio::io_context& loop) override { loop_ = &loop; }
  void stop() override { loop_ = nullptr; }
  void pause() override {
    ++pauses;
    paused_ = true;
  }
  void resume() override {
    paused_ = false;
    pour();
  }
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] source::Counters counters() const override { return {}; }
  [[nodiscard]] const std::optional<Problem>& problem() const override { return problem_; }
  [[nodiscard]] std::string position() const override { return std::to_string(told_); }
  [[nodiscard]] source::LocalEndpoint local_endpoint() const override { return {}; }

  /// So many lines more; `at_once` of them are handed on however much it is told to pause.
  void pour(int lines = 0, int at_once = 1) {
    left_ += lines;
    at_once_ = std::max(at_once_, at_once);
    step();
  }
  std::atomic<int> pauses = 0;

 private:
  void step() {
    for (int i = 0; i < at_once_ && left_ > 0 && !paused_; ++i) {
      for (int j = 0; j < at_once_ && left_ > 0; ++j) tell();
    }
    if (left_ == 0 || paused_ || loop_ == nullptr) return;
    boost::asio::post(*loop_, [this] { step(); });
  }
  void tell() {
    --left_;
    const auto line = "line " + std::to_string(told_);
    source::Delivery delivery;
    delivery.line = line;
    sink_(*this, delivery);
    ++told_;  // the position moves once the sink has returned
  }

  source::Sink sink_;
  boost::asio::io_context* loop_ = nullptr;
  std::string name_ = "fountain";
  std::optional<Problem> problem_;
  int left_ = 0;
  int told_ = 0;
  int at_once_ = 1;
  bool paused_ = false;
};

class FeedTest : public ::testing::Test {
 protected:
  FeedTest() : pipeline(engine_loop, 2, std::make_shared<TestMatcher>("m"), [this](const Batch& batch) { take(batch); }) {
    feed = std::make_shared<Feed>(reading.context(), pipeline, intake, 4);
    fountain = std::make_unique<Fountain>(feed->sink());
    reading.call([this] {
      fountain->pause();
      static_cast<void>(fountain->start(reading.context()));
      feed->begin(*fountain);
    });
  }
  ~FeedTest() override { end(); }

  void end() {
    if (!fountain) return;
    reading.call([this] {
      fountain->stop();
      feed->finish();
      fountain.reset();
    });
  }
  void take(const Batch& batch) {
    for (const auto& line : batch.lines()) {
      ASSERT_EQ(line.text, "line " + std::to_string(lines++));
    }
    ASSERT_EQ(batch.position, std::to_string(lines));  // a save between two batches is of one moment
    ++batches;
    most_lines = std::max(most_lines, batch.lines().size());
  }
  bool run_until_lines(int count) {
    const auto deadline = Clock::now() + 30s;
    while (lines < count && Clock::now() < deadline) {
      engine_loop.restart();
      engine_loop.run_for(10ms);
    }
    return lines == count;
  }

  boost::asio::io_context engine_loop;
  int lines = 0;
  int batches = 0;
  std::size_t most_lines = 0;
  std::shared_ptr<Intake> intake = std::make_shared<Intake>();
  Pipeline pipeline;
  Heartbeats watch;
  ReadingLoop reading{watch.add("reading")};
  std::shared_ptr<Feed> feed;
  std::unique_ptr<Fountain> fountain;
};

TEST_F(FeedTest, ReadsNothingBeforeItsRelease) {
  reading.call([this] { fountain->pour(10); });
  reading.call([] {});
  pipeline.drain();
  EXPECT_EQ(lines, 0);
  reading.call([this] { feed->release(); });
  EXPECT_TRUE(run_until_lines(10));
}

TEST_F(FeedTest, StopsTheSourceWhileTheEngineIsBusyAndLosesNothing) {
  reading.call([this] { feed->release(); });
  reading.call([this] { fountain->pour(50'000, 64); });
  // The engine takes nothing. What was read before the source could be stopped is all that there is.
  const auto deadline = Clock::now() + 30s;
  while (fountain->pauses < 2 && Clock::now() < deadline) std::this_thread::yield();
  ASSERT_GE(fountain->pauses, 2) << "one at its start, one by back-pressure";
  const auto read = std::stoi(reading.call([this] { return fountain->position(); }));
  EXPECT_GE(read, 3 * 256);
  EXPECT_LE(read, 4 * 256 + 64);
  EXPECT_TRUE(run_until_lines(50'000));
}

TEST_F(FeedTest, HandsInWhatIsLeftAtTheEnd) {
  reading.call([this] { feed->release(); });
  reading.call([this] { fountain->pour(700, 64); });
  end();
  pipeline.drain();
  EXPECT_EQ(lines, 700) << "fewer than four batches never stop it";
}

TEST_F(FeedTest, HandsInALineAtOnceWhenNothingElseIsUnderWay) {
  reading.call([this] { feed->release(); });
  for (int i = 1; i <= 5; ++i) {
    reading.call([this] { fountain->pour(1); });
    ASSERT_TRUE(run_until_lines(i));
  }
  EXPECT_EQ(batches, 5);
}

TEST_F(FeedTest, GathersSmallBatchesWhileOneIsUnderWay) {
  reading.call([this] { feed->release(); });
  for (int i = 0; i < 200; ++i) reading.call([this] { fountain->pour(1); });
  ASSERT_TRUE(run_until_lines(200));
  EXPECT_LE(batches, 3);
  EXPECT_GE(most_lines, 150U);
}

TEST(Batch, KeepsViewsWhenItGrows) {
  Batch batch;
  const std::string longest(100'000, 'y');
  for (int i = 0; i < 300; ++i) {
    const auto line = "line " + std::to_string(i);
    source::Delivery delivery;
    delivery.line = i == 200 ? longest : line;
    delivery.sender = i < 150 ? "192.0.2.1" : "192.0.2.2";
    batch.add(delivery);
    EXPECT_EQ(batch.full(), i >= 200);
  }
  ASSERT_EQ(batch.lines().size(), 300U);
  EXPECT_EQ(batch.lines()[0].text, "line 0");
  EXPECT_EQ(batch.lines()[200].text, longest);
  EXPECT_EQ(batch.lines()[299].text, "line 299");
  EXPECT_EQ(batch.lines()[149].sender, "192.0.2.1");
  EXPECT_EQ(batch.lines()[299].sender, "192.0.2.2");
  batch.clear();
  EXPECT_TRUE(batch.lines().empty());
  EXPECT_FALSE(batch.full());
}

TEST(Batch, CopiesWhatTheSourceKnowsOfTheHeader) {
  Batch batch;
  std::string line = "racoon: hello", host = "gw-a", program = "racoon";
  source::Delivery delivery;
  delivery.line = line;
  delivery.host = host;
  delivery.record = syslog::Record{};
  delivery.record->raw = line;
  delivery.record->host = host;
  delivery.record->program = program;
  delivery.record->text = std::string_view(line).substr(8);
  batch.add(delivery);
  line.assign(line.size(), '?');
  host.assign(host.size(), '?');
  program.assign(program.size(), '?');
  const auto& record = batch.record(*batch.lines()[0].record);
  EXPECT_EQ(record.raw, "racoon: hello");
  EXPECT_EQ(record.text, "hello");
  EXPECT_EQ(record.text.data(), record.raw.data() + 8);
  EXPECT_EQ(record.host, "gw-a");
  EXPECT_EQ(record.program, "racoon");
}

TEST(Batch, RemembersWhereLinesAreMissing) {
  Batch batch;
  source::Delivery delivery;
  delivery.line = "one";
  batch.add(delivery);
  delivery.lost = 7;
  batch.add(delivery);
  delivery.line = {};
  batch.add(delivery);
  ASSERT_EQ(batch.lines().size(), 2U);
  ASSERT_EQ(batch.losses().size(), 2U);
  EXPECT_EQ(batch.losses()[0].before, 1U);
  EXPECT_EQ(batch.losses()[1].before, 2U);
  EXPECT_EQ(batch.losses()[1].lines, 7U);
}

}  // namespace
}  // namespace ikewatch::app
