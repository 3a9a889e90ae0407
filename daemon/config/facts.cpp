// What may stand at an option, in words.
#include <ikewatch/config/schema.hpp>

#include "values.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace ikewatch::config {
namespace {

struct KindWords {
  Kind kind;
  std::string_view one;
  std::string_view many;
};
constexpr std::array kinds = {
    KindWords{Kind::section, "section", "sections"},
    KindWords{Kind::free_section, "section with keys of your choice", ""},
    KindWords{Kind::text, "text", "texts"},
    KindWords{Kind::name, "name", "names"},
    KindWords{Kind::number, "number", "numbers"},
    KindWords{Kind::duration, "time", "times"},
    KindWords{Kind::size, "size", "sizes"},
    KindWords{Kind::boolean, "true or false", ""},
    KindWords{Kind::address, "address", "addresses"},
    KindWords{Kind::endpoint, "endpoint", "endpoints"},
    KindWords{Kind::socket_address, "address:port", ""},
    KindWords{Kind::url, "URL", "URLs"},
    KindWords{Kind::path, "path", "paths"},
    KindWords{Kind::unit, "systemd unit", "systemd units"},
    KindWords{Kind::pattern, "pattern", "patterns"},
    KindWords{Kind::dialect, "dialect", "dialects"},
    KindWords{Kind::timezone, "time zone", "time zones"},
    KindWords{Kind::certificate_name, "name in a certificate", "names in certificates"},
    KindWords{Kind::clock, "time of day, in quotes", "times of day"},
};

std::string joined(std::span<const std::string_view> words, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? last : ", ";
    text += words[i];
  }
  return text;
}

std::string one_of(const Option& option) {
  if (option.kind == Kind::choice) return joined(option.choices(), " or ");
  return std::string(std::ranges::find(kinds, option.kind, &KindWords::kind)->one);
}

std::string list_of(const Option& option) {
  const Option& item = *options_in(option.path)[0];
  std::string text = "list of ";
  if (item.kind == Kind::choice) {
    text += item.choices().size() > 12 ? "words" : "words: " + joined(item.choices(), ", ");
  } else {
    text += std::ranges::find(kinds, item.kind, &KindWords::kind)->many;
  }
  return option.single ? text + "; a single one may stand without brackets" : text;
}

std::string range_of(const Option& option) {
  const bool amount = option.kind == Kind::number || option.kind == Kind::duration || option.kind == Kind::size;
  if (!amount || option.least == option.most) return {};
  return "; " + unit_amount(option.kind, option.least) + " to " + unit_amount(option.kind, option.most);
}

std::string types_of(std::string_view words) {
  std::string text = "; type ";
  for (const char c : words) text += c == ' ' ? std::string(", ") : std::string(1, c);
  return text + " only";
}

}  // namespace

std::string unit_amount(Kind kind, std::uint64_t amount) {
  struct Step {
    std::uint64_t factor;
    std::string_view name;
  };
  static constexpr Step times[] = {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}, {1, "ms"}};
  static constexpr Step sizes[] = {{1ULL << 30U, "GiB"}, {1ULL << 20U, "MiB"}, {1ULL << 10U, "KiB"}, {1, "B"}};
  if (kind == Kind::number || amount == 0) return std::to_string(amount);
  const std::span<const Step> steps = kind == Kind::duration ? std::span<const Step>(times) : std::span<const Step>(sizes);
  const auto step = std::ranges::find_if(steps, [&](const Step& s) { return amount % s.factor == 0; });
  return std::to_string(amount / step->factor) + std::string(step->name);
}

std::string facts_of(const Option& option) {
  std::string facts = option.kind == Kind::list ? list_of(option) : one_of(option);
  if (option.kind != Kind::choice && option.kind != Kind::unit)
    facts[0] = is_lower(facts[0]) ? static_cast<char>(facts[0] - 32) : facts[0];
  if (option.required) facts += "; required";
  if (!option.only_for.empty()) facts += types_of(option.only_for);
  facts += range_of(option);
  if (!option.fallback.empty()) facts += "; default " + std::string(option.fallback);
  return facts + ".";
}

}  // namespace ikewatch::config
