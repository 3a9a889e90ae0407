// The words of one statement of a scenario. Role: private to the scenario player. Ownership: views into the scenario's text.
#pragma once

#include <ikewatch/base/text.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ikewatch::test {

class Words {
 public:
  explicit Words(std::string_view text) : text_(trim(text)) {}

  /// The next word; empty at the end.
  std::string_view next() {
    const std::string_view word = text_.substr(0, text_.find(' '));
    text_ = trim_left(text_.substr(word.size()));
    return word;
  }
  [[nodiscard]] std::string_view rest() const { return text_; }
  /// Everything that is left, as one text.
  std::string_view take_rest() { return std::exchange(text_, std::string_view{}); }
  std::optional<std::uint64_t> number() { return to_number<std::uint64_t>(next()); }
  /// `1500ms`, `90s`, `5m`, `2h`.
  std::optional<std::chrono::milliseconds> duration() { return duration_in(next()); }

  static std::optional<std::chrono::milliseconds> duration_in(std::string_view word) {
    const auto digits = word.substr(0, word.find_first_not_of("0123456789"));
    const auto count = to_number<std::int64_t>(digits);
    const auto unit = word.substr(digits.size());
    if (!count || *count > 1'000'000'000) return std::nullopt;
    if (unit == "ms") return std::chrono::milliseconds(*count);
    if (unit == "s") return std::chrono::seconds(*count);
    if (unit == "m") return std::chrono::minutes(*count);
    if (unit == "h") return std::chrono::hours(*count);
    return std::nullopt;
  }

 private:
  std::string_view text_;
};

}  // namespace ikewatch::test
