// The store on a thread of its own: who asks for something gets a future and looks for it later, so that a slow disk stops
// nobody. Role: keeper <-> store. Ownership: owns the store and the thread, and ends with what was asked for. Threads: the
// engine's calls; the store belongs to the writer's thread from the first call on that gives a future. What is asked for is done
// in that order.
#pragma once

#include <ikewatch/store/store.hpp>

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace ikewatch::app {

class Writer {
 public:
  using Clock = std::chrono::steady_clock;
  using Changes = std::vector<engine::Change>;
  /// Store::open() of one directory.
  using Open = std::function<Result<std::unique_ptr<store::Store>>(store::Options options, std::vector<std::string>& notices)>;

  struct Opened {
    Result<void> done;
    std::vector<std::string> notices;
  };
  struct Save {
    store::Options options;
    store::Saved saved;
    Changes changes;
    WallTime now;
  };
  struct Saving {
    Result<void> done;
    Clock::time_point began;
    Clock::time_point ended;
  };

  explicit Writer(Open open) : open_(std::move(open)) {}
  /// Waits for all that was asked for.
  ~Writer() { thread_.join(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// At the start, on the caller's thread: nothing else runs yet.
  Opened open_now(store::Options options);
  /// What the store holds, the same way; it must have been opened.
  Result<store::Saved> load();

  /// A store that was open before is closed.
  std::future<Opened> open(store::Options options);
  /// `save` must stay as it is until the future has its value. A store must have been opened.
  std::future<Saving> save(const Save& save);
  /// Nothing where no store is open.
  std::future<Result<Changes>> history(const store::HistoryQuery& query);

  /// A store is open, and saving can succeed; as it was when something was done last.
  [[nodiscard]] bool usable() const { return usable_; }

 private:
  template <class Work>
  auto post(Work work);
  void look();

  Open open_;
  std::unique_ptr<store::Store> store_;  // null: what was asked for last could not be opened
  std::atomic<bool> usable_ = false;
  boost::asio::thread_pool thread_{1};
};

}  // namespace ikewatch::app
