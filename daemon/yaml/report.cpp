#include <ikewatch/yaml/report.hpp>

#include <algorithm>

namespace ikewatch::yaml {
namespace {

constexpr std::size_t most_problems = 99;
constexpr std::size_t longest_quote = 60;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

/// A word of the file may have come out of an escape: it is not for the terminal.
void Report::add(Mark at, std::string what) {
  if (!is_printable(what)) what = to_printable(what);
  if (found_.size() == most_problems) {
    ++dropped_;
    return;
  }
  found_.insert(std::ranges::upper_bound(found_, at, {}, &Found::at), {at, std::move(what)});
}

void Report::add(const Written& at, std::string what) {
  add(Mark{static_cast<std::uint32_t>(at.place.line), static_cast<std::uint32_t>(at.place.column)}, std::move(what));
}

Problems Report::take() {
  Problems problems;
  for (auto& found : found_) problems.push_back({place_of(found.at), std::move(found.what)});
  if (dropped_ > 0) {
    problems.push_back({place_of({}), std::to_string(dropped_) + " more problems are not listed; mend these first"});
  }
  found_.clear();
  dropped_ = 0;
  return problems;
}

std::string quote(std::string_view text, char quotes) {
  std::size_t end = std::min(text.size(), longest_quote);
  while (end > 0 && end < text.size() && continues_character(text[end])) --end;
  return quotes + to_printable(text.substr(0, end)) + (end < text.size() ? "..." : "") + quotes;
}

}  // namespace ikewatch::yaml
