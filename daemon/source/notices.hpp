// Words for people about what strangers do, few enough that strangers cannot fill a log with them. Role: under the listeners.
// Ownership: plain value. Threads: one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace ikewatch::source {

class Notices {
 public:
  using Say = std::function<void(const std::string&)>;

  explicit Notices(Say say) : say_(std::move(say)) {}

  void say(const std::string& sentence) {
    if (!say_) return;
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) {
      ++unsaid_;
      return;
    }
    next_ = now + pause;
    const auto more = std::exchange(unsaid_, 0);
    say_(more == 0 ? sentence : sentence + " (and " + std::to_string(more) + " notices of this source before, not shown)");
  }

 private:
  static constexpr std::chrono::seconds pause{10};

  Say say_;
  std::chrono::steady_clock::time_point next_{};
  std::uint64_t unsaid_ = 0;
};

}  // namespace ikewatch::source
