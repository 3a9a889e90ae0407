#include "census.hpp"

#include "glue.hpp"
#include "mender.hpp"
#include "order.hpp"
#include "unfold.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <functional>
#include <string>

namespace ikewatch::reader {
namespace {

constexpr std::size_t sniffed_lines = 400;
constexpr std::size_t narrowest_fold = 40;
constexpr std::size_t widest_fold = 250;
// With one broken line alone the width must speak for itself: terminals have it, and no wrapper that looks for blanks.
constexpr std::size_t terminal_width = 80;

template <class Take>
void for_each_line(std::string_view head, bool whole, Take take) {
  for (std::uint64_t number = 1; !head.empty(); ++number) {
    const auto end = head.find_first_of("\r\n");
    if (end == head.npos && !whole) return;
    if (!take(head.substr(0, end), number)) return;
    head.remove_prefix(end == head.npos ? head.size() : end + 1);
  }
}

/// The logical lines at the beginning, as the reader will deliver them.
std::vector<std::string> units_of(std::string_view head, bool whole, const Habit& habit) {
  std::vector<std::string> units;
  if (habit.clean) {
    for_each_line(head, whole, [&units](std::string_view line, std::uint64_t) {
      units.emplace_back(line);
      return units.size() < sniffed_lines;
    });
    return units;
  }
  Unfolder unfolder(habit, head.size() + 1, [&units](std::string_view text, std::uint64_t) { units.emplace_back(text); });
  Mender mender([&unfolder](std::string_view line, std::uint64_t number) { unfolder.add(line, number); });
  for_each_line(head, whole, [&](std::string_view line, std::uint64_t number) {
    mender.add(line, number);
    return units.size() < sniffed_lines;
  });
  mender.finish();
  unfolder.finish();
  return units;
}

/// `.51.100.7:500`: begins like a remark or a row of pings, but may be the rest of a number.
bool is_fragment(std::string_view line) {
  const auto at = line.find_first_not_of(".-*=+ ");
  return at != line.npos && at < 4 && is_alnum(line[at]) && line.find_first_of("#>$%!") == line.npos;
}

}  // namespace

void Census::count(std::string_view line, bool changed) {
  if (trim(line).empty()) {
    if (changed) ++damaged_;  // a pager's prompt
    width_ = 0;
    return;
  }
  ++lines_;
  const auto opening = opening_of(line);
  if (opening == Opening::none) ++headless_;
  if (opening == Opening::named) ++named_;
  if (opening == Opening::stamped) ++stamped_;
  if (line.size() > Habit{}.widest) ++longer_;
  if (changed || find_seam(line) != 0) ++damaged_;
  const bool rest = opening <= Opening::named && width_ != 0 && !is_blank(line.front());
  const std::hash<std::string_view> told{};
  const auto word = line.substr(0, line.find_first_of(" \t"));
  if (rest && (!is_chatter(line) || is_fragment(line))) breaks_.push_back({width_, word.size(), tail_});
  tail_ = told(line.substr(line.size() - std::min<std::size_t>(line.size(), 8)));
  width_ = opening != Opening::none || width_ != 0 ? line.size() : 0;
  widths_.push_back(line.size());
}

std::size_t Census::wider_than(std::size_t column) const {
  return static_cast<std::size_t>(std::count_if(widths_.begin(), widths_.end(), [column](auto width) { return width > column; }));
}

/// Lines that a terminal broke are as long as it is wide, or one or two less where blanks at the end were lost.
std::size_t Census::fold() const {
  std::size_t widest = 0;
  for (const Break& broken : breaks_) widest = std::max(widest, broken.width);
  if (widest < narrowest_fold || widest > widest_fold || wider_than(widest) * 20 > lines_) return 0;
  std::size_t full = 0;
  std::size_t trimmed = 0;
  std::size_t alike = 0;  // one message that comes again and again breaks at one place whoever broke it
  for (const Break& broken : breaks_) {
    if (broken.width == widest) ++full;
    if (broken.width == widest && broken.tail == breaks_.front().tail) ++alike;
    if (broken.width + 2 >= widest && broken.width < widest) ++trimmed;
  }
  const auto others = breaks_.size() - full - trimmed;
  if (full == 1) return breaks_.size() == 1 && widest == terminal_width ? widest : 0;
  // Narrower than a terminal: two or three breaks of one width are more likely a mailer's.
  if (widest < terminal_width && (alike == full || (full < 4 && breaks_at(Habit{}.column, 2)))) return 0;
  return full * 2 >= breaks_.size() && others * 4 <= full ? widest : 0;
}

/// Whether nearly all breaks are where the next word would not have fitted any more.
bool Census::breaks_at(std::size_t column, std::size_t least) const {
  const auto fits = std::count_if(breaks_.begin(), breaks_.end(), [column](const Break& broken) {
    return broken.width <= column && broken.width + 1 + broken.next_word > column;
  });
  return breaks_.size() >= least && static_cast<std::size_t>(fits) * 10 >= breaks_.size() * 9;
}

Habit Census::habit() const {
  const auto headed = lines_ - headless_;
  Habit habit;
  habit.stamped = stamped_ * 2 >= headed;
  const auto strange = headless_ + (habit.stamped ? named_ : 0);
  habit.clean = damaged_ == 0 && strange * 100 <= lines_;
  habit.wrapped = longer_ * 10 <= lines_;
  if (habit.clean) return habit;
  habit.fold = fold();
  std::size_t widest = 0;
  for (const Break& broken : breaks_) widest = std::max(widest, broken.width);
  const bool usual = widest >= habit.column && widest <= habit.widest;
  if (!usual && widest >= narrowest_fold && widest <= widest_fold && breaks_at(widest) && wider_than(widest) * 20 <= lines_) {
    habit.wrapped = true;
    habit.column = habit.widest = widest;
  }
  return habit;
}

Habit habit_of(std::string_view head, bool whole) {
  Census census;
  std::string_view raw;
  bool first = true;
  const auto count = [&](std::string_view line, std::uint64_t) {
    census.count(line, !first || line != raw);
    first = false;
  };
  Mender mender(count);
  for_each_line(head, whole, [&](std::string_view line, std::uint64_t number) {
    raw = line;
    first = true;
    mender.add(line, number);
    return census.lines() < sniffed_lines;
  });
  mender.finish();
  auto habit = census.habit();
  const auto units = units_of(head, whole, habit);
  habit.newest_first = runs_backwards(units);
  return habit;
}

}  // namespace ikewatch::reader
