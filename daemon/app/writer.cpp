#include "writer.hpp"

#include <boost/asio/post.hpp>

#include <exception>
#include <type_traits>
#include <utility>

namespace ikewatch::app {
namespace {

/// An exception, which can only be a lack of memory, is a failure like others.
template <class Work>
auto attempt(const char* what, const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& error) {
    return Problem{{}, std::string(what) + ": " + error.what()};
  }
}

}  // namespace

template <class Work>
auto Writer::post(Work work) {
  std::packaged_task<std::invoke_result_t<Work>()> task(std::move(work));
  auto future = task.get_future();
  boost::asio::post(thread_, std::move(task));
  return future;
}

void Writer::look() { usable_ = store_ && store_->usable(); }

Writer::Opened Writer::open_now(store::Options options) {
  Opened opened;
  store_.reset();  // its lock goes with it
  opened.done = attempt("the state cannot be opened", [&]() -> Result<void> {
    auto store = open_(options, opened.notices);
    if (!store) return store.error();
    store_ = std::move(*store);
    return {};
  });
  look();
  return opened;
}

Result<store::Saved> Writer::load() {
  auto saved = store_->load();
  look();
  return saved;
}

std::future<Writer::Opened> Writer::open(store::Options options) {
  return post([this, options] { return open_now(options); });
}

std::future<Writer::Saving> Writer::save(const Save& save) {
  return post([this, &save] {
    Saving saving;
    saving.began = Clock::now();
    saving.done = attempt("the state cannot be saved", [&] {
      store_->set_options(save.options);
      return store_->save(save.saved, save.changes, save.now);
    });
    saving.ended = Clock::now();
    look();
    return saving;
  });
}

std::future<Result<Writer::Changes>> Writer::history(const store::HistoryQuery& query) {
  return post([this, query] {
    auto changes = attempt("the history cannot be read", [&]() -> Result<Changes> {
      if (!store_) return Changes{};
      return store_->history(query);
    });
    look();
    return changes;
  });
}

}  // namespace ikewatch::app
