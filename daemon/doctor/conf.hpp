// racoon.conf as a tree of statements, its includes in their places. Role: files -> statements, and what would keep racoon from
// reading them. Tolerant: goes on behind every mistake, so that the other checks see the rest. Ownership: values. Threads: one.
#pragma once

#include "conf_tokens.hpp"
#include "files.hpp"

#include <span>

namespace ikewatch::doctor {

struct Word {
  std::string text;
  bool quoted = false;
  At at;
};

/// `words ;` or `words { block }`. A comma is a word of its own.
struct Statement {
  std::vector<Word> words;
  bool has_block = false;
  std::vector<Statement> block;
  At at;

  /// The text of a word; empty where there are fewer.
  [[nodiscard]] std::string_view word(std::size_t index) const {
    return index < words.size() ? std::string_view(words[index].text) : std::string_view{};
  }
};

enum class Mistake : std::uint8_t {
  open_quote,
  open_brace,  // detail: what it opened
  stray_brace,
  missing_end,  // of the statement before the place; detail: its first word
  nested_too_deep,
  include_missing,   // detail: the pattern
  include_unread,    // detail: the file and why
  include_relative,  // without `path include`; detail: the name
  include_nested,    // racoon's own limit, or a file that includes itself
};

struct Complaint {
  Mistake mistake;
  At at;
  std::string detail;
};

struct Conf {
  std::vector<std::string> files;  // paths inside the root; the first is racoon.conf
  std::vector<bool> torn;          // by file: a quote is open, so what is a word and what a string is uncertain
  std::vector<Statement> statements;
  std::vector<Complaint> complaints;

  [[nodiscard]] Place place(const Files& disk, At at) const { return disk.place(files[at.file], at.line, at.column); }
};

inline constexpr std::size_t max_include_depth = 10;  // racoon's (cftoken.l, MAX_INCLUDE_DEPTH)
inline constexpr std::size_t max_conf_files = 256;
inline constexpr std::size_t max_complaints = 100;

/// `text` is the content of the file at `path`.
Conf read_conf(const Files& disk, const std::string& path, const std::string& text);

/// The words that can begin a statement inside a block that begins with `scope`; of the file itself for an empty scope.
std::span<const std::string_view> keywords_of(std::string_view scope);
bool is_keyword(std::string_view scope, std::string_view word);

}  // namespace ikewatch::doctor
