// psk.txt as racoon reads it, without the keys. Role: text -> entries that say what is wrong with each key, never what it is.
// Ownership: values; no byte of a key is copied. Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::doctor {

inline constexpr std::size_t max_psk_line = 1023;  // racoon's buffer (localconf.c, getpsk); the rest is read as another line

struct PskEntry {
  std::size_t line = 0;
  std::string id;
  bool has_key = false;
  bool hex = false;             // begins with 0x
  bool bad_hex = false;         // no digits, an odd number of them, or another character
  bool trailing_blank = false;  // part of the key, unless it is hexadecimal
  bool trailing_cr = false;
  bool holds_nul = false;    // racoon stops reading there
  std::size_t key_hash = 0;  // to see whether two keys are the same; leaves the process never
};

struct PskLines {
  std::vector<PskEntry> entries;            // comments and empty lines are left out
  std::vector<std::size_t> leading_blanks;  // lines whose identifier is empty
  std::vector<std::size_t> too_long;
  bool byte_order_mark = false;
};

PskLines psk_lines_of(std::string_view text);

}  // namespace ikewatch::doctor
