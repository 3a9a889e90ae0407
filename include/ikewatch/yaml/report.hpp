// Collects the problems of one YAML file, and the words that all of them share. Role: handed to each step of reading.
// Ownership: owns the list until take(). Threads: one at a time.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/base/text.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::yaml {

/// A place in the file that is being read; counts from 1, 0 is unknown. Columns are bytes.
struct Mark {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  auto operator<=>(const Mark&) const = default;
};

/// A text that somebody wrote, and where; outlives the tree.
struct Written {
  std::string text;
  Place place;

  [[nodiscard]] bool given() const { return place.line != 0; }
};

/// A piece of the file as it may be shown in a message: printable, between `quotes`, cut where it is long.
std::string quote(std::string_view text, char quotes = '`');

class Report {
 public:
  /// `quotes` is what the messages about this file put around its words.
  explicit Report(std::string file, char quotes = '`') : file_(std::move(file)), quotes_(quotes) {}

  void add(Mark at, std::string what);
  void add(const Written& at, std::string what);
  [[nodiscard]] std::size_t count() const { return found_.size() + dropped_; }
  [[nodiscard]] Place place_of(Mark at) const { return {file_, at.line, at.column}; }
  [[nodiscard]] char quotes() const { return quotes_; }
  [[nodiscard]] std::string quote(std::string_view text) const { return yaml::quote(text, quotes_); }
  /// In the order of the file; the last one says so where there were more than a reader would read.
  [[nodiscard]] Problems take();

 private:
  struct Found {
    Mark at;
    std::string what;
  };
  std::string file_;
  char quotes_;
  std::vector<Found> found_;  // in the order of the file
  std::size_t dropped_ = 0;
};

/// `; did you mean x?`; empty where none of the names is near.
template <class Names>
std::string did_you_mean(std::string_view word, const Names& names, char quotes) {
  constexpr std::size_t longest_name = 60;  // nothing of ours is near a longer word, and comparing would take long
  const auto near = word.size() <= longest_name ? nearest(word, names) : std::string_view{};
  return near.empty() ? std::string{} : "; did you mean " + quote(near, quotes) + "?";
}

/// `; did you mean x?` or `; known are: a, b`.
template <class Names>
std::string hint(std::string_view word, const Names& names, char quotes) {
  if (auto near = did_you_mean(word, names, quotes); !near.empty()) return near;
  std::string known;
  for (const std::string_view name : names) known.append(known.empty() ? "; known are: " : ", ").append(name);
  return known;
}

}  // namespace ikewatch::yaml
