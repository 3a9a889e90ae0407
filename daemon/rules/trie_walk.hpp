// The walk of one line through a trie. Role: inner loop of match(). At each place literal edges are tried first, then field types
// by strictness; where that leads nowhere, it goes back. Hostile lines cannot make it go back for long: each step is paid from a
// budget per line. Ownership: nothing; captures are views into the line or registry names. Threads: one walk, one thread.
#pragma once

#include <ikewatch/base/text.hpp>

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "trie.hpp"

namespace ikewatch::rules {

/// Steps that one line may cost in all tries together; a line that needs more has no match. Real lines need about twenty.
inline constexpr int steps_per_line = 2000;
inline constexpr int bytes_per_step = 32;  // of a text that was searched for its end in vain

/// Joined lines hold line ends where others have blanks.
constexpr bool is_gap(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr char as_template_byte(char c) { return is_gap(c) ? ' ' : c; }

/// A view without a constructor: the walk's array of them is left as it is until it is written.
struct Capture {
  const char* data;
  std::size_t size;

  [[nodiscard]] std::string_view text() const { return {data, size}; }
};
using Captures = std::span<const Capture>;

/// memcmp() for texts that are mostly shorter than the call would take.
inline bool same_bytes(const char* a, const char* b, std::size_t length) {
  for (; length >= 8; a += 8, b += 8, length -= 8) {
    std::uint64_t left = 0;
    std::uint64_t right = 0;
    std::memcpy(&left, a, 8);
    std::memcpy(&right, b, 8);
    if (left != right) return false;
  }
  for (; length > 0; ++a, ++b, --length) {
    if (*a != *b) return false;
  }
  return true;
}

/// `Accept` is called as bool(FormId, Captures): true ends the walk.
template <class Accept>
class TrieWalk {
 public:
  TrieWalk(const Trie& trie, std::string_view line, int& budget, Accept& accept)
      : trie_(trie), end_(line.data() + line.size()), budget_(budget), accept_(accept), begin_(line.data()) {}

  bool run() { return !trie_.empty() && from(0, begin_); }

 private:
  bool from(std::uint32_t index, const char* at) {
    if (--budget_ < 0) return false;
    const Trie::Node& node = trie_.nodes[index];
    if (at == end_ && node.form_count > 0 && offer(node)) return true;
    if (node.literal_count > 0 && along_literal(node, at)) return true;
    for (std::uint32_t i = 0; i < node.field_count; ++i) {
      if (along_field(trie_.fields[node.fields + i], at)) return true;
    }
    return false;
  }

  bool offer(const Trie::Node& node) {
    for (std::uint32_t i = 0; i < node.form_count; ++i) {
      if (accept_(trie_.forms[node.forms + i], Captures(captures_.data(), depth_))) return true;
    }
    return false;
  }

  bool along_literal(const Trie::Node& node, const char* at) {
    const Trie::LiteralEdge* edge = &trie_.literals[node.literals];
    if (node.literal_count > 1) {
      const char first = at == end_ ? ' ' : as_template_byte(*at);  // the line's last blank was trimmed with its end
      const char* firsts = trie_.firsts.data() + node.literals;
      const void* found = std::memchr(firsts, first, node.literal_count);
      if (found == nullptr) return false;
      edge += static_cast<const char*>(found) - firsts;
    }
    const char* next = past(trie_.pool.data() + edge->text, edge->length, at);
    return next != nullptr && from(edge->child, next);
  }

  /// Where the line stands behind the literal; null where it differs. A blank of the literal takes any number of them, and may
  /// take none as the very last at the end of the line.
  const char* past(const char* text, std::size_t length, const char* at) const {
    if (static_cast<std::size_t>(end_ - at) >= length && same_bytes(text, at, length)) {
      at += length;
      return text[length - 1] == ' ' ? past_gap(at) : at;
    }
    return past_slowly(text, length, at);
  }

  const char* past_slowly(const char* text, std::size_t length, const char* at) const {
    for (std::size_t i = 0; i < length; ++i) {
      if (at == end_) return text[i] == ' ' && i + 1 == length ? at : nullptr;
      if (text[i] != as_template_byte(*at)) return nullptr;
      ++at;
      if (text[i] == ' ') at = past_gap(at);
    }
    return at;
  }

  const char* past_gap(const char* at) const {
    while (at != end_ && is_gap(*at)) ++at;
    return at;
  }

  bool along_field(const Trie::FieldEdge& edge, const char* at) {
    if (depth_ == captures_.size()) return false;
    if (is_lazy(edge.type)) return along_lazy(edge, at);
    if (edge.type == FieldType::rest) return keep(edge, trimmed(at, end_), end_);
    const std::string_view ahead(at, static_cast<std::size_t>(end_ - at));
    if (!reads_several_ways(edge.type)) {
      const auto length = field_length(edge.type, ahead);
      return length > 0 && keep(edge, ahead.substr(0, length), at + length);
    }
    const Readings readings = read_field(edge.type, ahead);
    for (std::size_t i = 0; i < readings.count; ++i) {
      const Reading& reading = readings.list[i];
      const std::string_view printed(at, reading.length);
      if (keep(edge, reading.decoded.empty() ? printed : reading.decoded, at + reading.length)) return true;
    }
    return false;
  }

  /// A word or text ends at the first place from where the rest of the line fits.
  bool along_lazy(const Trie::FieldEdge& edge, const char* at) {
    const bool word = edge.type == FieldType::word;
    const bool goes_on = trie_.nodes[edge.child].literal_count > 0;
    const ByteSet& starts = trie_.starts[edge.starts];
    const char* stop = word ? end_of_word(at) : end_;
    if (word && stop == at) return false;
    if (goes_on) {
      for (const char* p = word ? at + 1 : at; p < stop; ++p) {
        if (starts.has(as_template_byte(*p)) && keep(edge, trimmed(at, p), p)) return true;
        if (budget_ < 0) return false;
      }
      budget_ -= static_cast<int>((stop - at) / bytes_per_step);
    }
    return keep(edge, trimmed(at, stop), stop);
  }

  const char* end_of_word(const char* at) const {
    while (at != end_ && !is_gap(*at)) ++at;
    return at;
  }

  static std::string_view trimmed(const char* begin, const char* end) {
    while (begin != end && is_gap(*begin)) ++begin;
    while (begin != end && is_gap(end[-1])) --end;
    return {begin, static_cast<std::size_t>(end - begin)};
  }

  bool keep(const Trie::FieldEdge& edge, std::string_view text, const char* next) {
    captures_[depth_++] = {text.data(), text.size()};
    const bool matched = from(edge.child, next);
    --depth_;
    return matched;
  }

  const Trie& trie_;
  const char* end_;
  int& budget_;
  Accept& accept_;
  const char* begin_;
  std::size_t depth_ = 0;
  std::array<Capture, most_template_fields> captures_;  // uninitialised: 384 bytes for each trie
};

}  // namespace ikewatch::rules
