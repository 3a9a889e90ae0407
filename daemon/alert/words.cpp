// The words of the closed lists, patterns, and identity.
#include <ikewatch/alert/notice.hpp>

#include <algorithm>
#include <array>

namespace ikewatch::alert {
namespace {

constexpr std::array<std::string_view, 2> modes = {"always_on", "on_demand"};
constexpr std::array<std::string_view, troubles> trouble_words = {"store", "reload", "delivery", "queue", "lag"};
constexpr std::array<std::string_view, 4> severities = {"critical", "error", "warning", "info"};
constexpr std::array<std::string_view, 3> notice_kinds = {"firing", "updated", "resolved"};

template <std::size_t N, class Enum>
std::string_view word(const std::array<std::string_view, N>& words, Enum value) {
  return words.at(static_cast<std::size_t>(value));
}

/// FNV-1a (draft-eastlake-fnv, 64 bits), from a basis of the caller's choice.
std::uint64_t fnv1a(std::string_view text, std::uint64_t hash) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

void append_hex(std::string& out, std::uint64_t value) {
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[(value >> static_cast<unsigned>(shift)) & 15U];
}

}  // namespace

std::string_view name_of(Mode mode) { return word(modes, mode); }
std::string_view name_of(Trouble trouble) { return word(trouble_words, trouble); }
std::string_view name_of(Severity severity) { return word(severities, severity); }
std::string_view name_of(NoticeKind kind) { return word(notice_kinds, kind); }

std::optional<Trouble> trouble_named(std::string_view name) {
  const auto found = std::ranges::find(trouble_words, name);
  if (found == trouble_words.end()) return std::nullopt;
  return static_cast<Trouble>(found - trouble_words.begin());
}

/// Linear for any number of stars: only the last star is ever tried again.
bool fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool fits_any(const std::vector<std::string>& patterns, std::string_view text) {
  return patterns.empty() || std::ranges::any_of(patterns, [&](const std::string& p) { return fits(p, text); });
}

SubjectKind Condition::subject() const {
  if (!trouble.empty()) return SubjectKind::daemon;
  return source.empty() ? SubjectKind::tunnel : SubjectKind::source;
}

std::string fingerprint(std::string_view text) {
  std::string hex;
  hex.reserve(32);
  append_hex(hex, fnv1a(text, 0xcbf29ce484222325ULL));
  append_hex(hex, fnv1a(text, 0x84222325cbf29ce4ULL));
  return hex;
}

std::string identity(const Texts& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    for (const std::string* part : {&name, &value}) text.append(std::to_string(part->size())).append(":").append(*part);
  }
  return text;
}

}  // namespace ikewatch::alert
