#include "tag.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <cstring>

namespace ikewatch::rules {
namespace {

constexpr std::size_t number_digits = 6;

bool is_number_tag(std::string_view text) {
  return text.size() == number_digits && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_tag_byte(char c) { return is_alnum(c) || c == '_' || c == '-'; }

/// Facility and mnemonic around `-N-`; both empty where there is no severity.
struct Parts {
  std::string_view facility;
  std::string_view mnemonic;
};

Parts split(std::string_view tag) {
  const auto last = tag.rfind('-');
  if (last == std::string_view::npos || last < 3) return {};
  if (tag[last - 2] != '-' || !is_digit(tag[last - 1])) return {};
  return {tag.substr(0, last - 2), tag.substr(last + 1)};
}

}  // namespace

TagKey::TagKey(std::string_view tag) {
  const Parts parts = split(tag);
  if (parts.mnemonic.empty()) return;
  if (parts.facility.size() + parts.mnemonic.size() + 1 > longest) return;
  if (!is_number_tag(parts.mnemonic)) {
    append(parts.facility);
    append("-");
  }
  append(parts.mnemonic);
}

void TagKey::append(std::string_view part) {
  std::memcpy(buffer_.data() + size_, part.data(), part.size());
  size_ += part.size();
}

bool glob_fits(std::string_view glob, std::string_view text) {
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  std::size_t g = 0;
  for (std::size_t t = 0; t < text.size();) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      retry = t;
    } else if (g < glob.size() && glob[g] == text[t]) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', g) == std::string_view::npos;
}

bool is_pack_tag(std::string_view text) {
  if (is_number_tag(text)) return true;
  const auto hyphen = text.find('-');
  if (hyphen == 0 || hyphen == std::string_view::npos || hyphen + 1 == text.size() || text.size() > 90) return false;
  return is_upper(text.front()) && std::all_of(text.begin(), text.end(), is_tag_byte) && split(text).mnemonic.empty();
}

}  // namespace ikewatch::rules
