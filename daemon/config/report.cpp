#include "report.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::config {
namespace {

constexpr std::size_t most_problems = 99;
constexpr std::size_t longest_quote = 60;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

void Report::add(Mark at, std::string what) {
  if (found_.size() == most_problems) {
    ++dropped_;
    return;
  }
  found_.push_back({at, std::move(what)});
}

Problems Report::take() {
  std::ranges::stable_sort(found_, {}, &Found::at);
  Problems problems;
  for (auto& found : found_) problems.push_back({{file_, found.at.line, found.at.column}, std::move(found.what)});
  if (dropped_ > 0) {
    problems.push_back({{file_, 0, 0}, std::to_string(dropped_) + " more problems are not listed; mend these first"});
  }
  found_.clear();
  dropped_ = 0;
  return problems;
}

std::string quote(std::string_view text) {
  if (text.size() <= longest_quote) return "`" + to_printable(text) + "`";
  std::size_t end = longest_quote;
  while (end > 0 && continues_character(text[end])) --end;
  return "`" + to_printable(text.substr(0, end)) + "...`";
}

}  // namespace ikewatch::config
