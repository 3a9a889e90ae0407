// The templates of one scope as a trie over bytes: path-compressed literal edges and typed field edges. Role: built once by the
// compiler, walked for every line. Its depth is that of the texts, so the cost of a line does not grow with the number of rules.
// Ownership: flat arrays, immutable once built. Threads: const access from any number of threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "field_type.hpp"
#include "template_parser.hpp"

namespace ikewatch::rules {

using FormId = std::uint32_t;

/// Bytes with which something may go on.
class ByteSet {
 public:
  void add(char c) { words_[index(c) >> 6] |= std::uint64_t{1} << (index(c) & 63); }
  [[nodiscard]] bool has(char c) const { return (words_[index(c) >> 6] >> (index(c) & 63)) & 1; }

 private:
  static std::size_t index(char c) { return static_cast<unsigned char>(c); }
  std::array<std::uint64_t, 4> words_{};
};

struct Trie {
  struct Node {
    std::uint32_t literals = 0;  // first of its literal edges, ordered as in firsts
    std::uint32_t fields = 0;    // first of its field edges, stricter types first
    std::uint32_t forms = 0;     // first of the forms that end here
    std::uint16_t literal_count = 0;
    std::uint16_t field_count = 0;
    std::uint32_t form_count = 0;
  };
  struct LiteralEdge {
    std::uint32_t text = 0;  // place in pool
    std::uint32_t length = 0;
    std::uint32_t child = 0;
  };
  struct FieldEdge {
    FieldType type = FieldType::rest;
    std::uint32_t child = 0;
    std::uint32_t starts = 0;  // of a word or text: which bytes may follow it
  };

  std::vector<Node> nodes;  // the first is the root; none where no template was added
  std::vector<LiteralEdge> literals;
  std::vector<FieldEdge> fields;
  std::vector<FormId> forms;
  std::vector<ByteSet> starts;
  std::string firsts;  // the first byte of each literal edge, to be searched in one sweep
  std::string pool;

  [[nodiscard]] bool empty() const { return nodes.empty(); }
};

class TrieBuilder {
 public:
  TrieBuilder();
  TrieBuilder(TrieBuilder&&) noexcept;
  TrieBuilder& operator=(TrieBuilder&&) noexcept;
  ~TrieBuilder();

  /// The forms whose template is the very same; the new one stands behind them.
  std::vector<FormId> add(const Template& pattern, FormId form);
  [[nodiscard]] Trie freeze() const;

 private:
  struct Draft;
  std::unique_ptr<Draft> root_;
};

}  // namespace ikewatch::rules
