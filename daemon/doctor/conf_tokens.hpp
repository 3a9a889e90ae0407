// racoon.conf as tokens. Role: text -> words, strings and marks, each with its place, as racoon's scanner parts them: `#` begins
// a comment anywhere but in a string, a string runs from quote to quote, `[500]` is one token. Threads: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::doctor {

/// A place in one of the files of a configuration. Line and column count from 1.
struct At {
  std::uint32_t file = 0;  // number in Conf::files
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

enum class TokenKind : std::uint8_t { word, quoted, comma, end, open, close };

struct Token {
  TokenKind kind = TokenKind::word;
  std::string_view text;  // of a string: without its quotes; points into the file's text
  At at;
};

struct Tokens {
  std::vector<Token> list;
  std::vector<At> open_quotes;  // strings that do not end on their line; racoon would read on, nobody means it
};

Tokens tokens_of(std::string_view text, std::uint32_t file);

}  // namespace ikewatch::doctor
