// Cisco message tags. Role: matcher and compiler agree here on how a tag is looked up. Ownership: the key owns a small buffer.
// Threads: plain values.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace ikewatch::rules {

/// A tag without its severity, which devices may be told to change: `CRYPTO-4-IKMP_NO_SA` is `CRYPTO-IKMP_NO_SA`, and the number
/// alone stands for all ASA, FTD and PIX tags with or without a class word (`ASA-vpn-4-402124` is `402124`).
class TagKey {
 public:
  explicit TagKey(std::string_view tag);
  [[nodiscard]] std::string_view text() const { return {buffer_.data(), size_}; }  // empty where the tag is none of Cisco's

 private:
  void append(std::string_view part);

  static constexpr std::size_t longest = 96;
  std::array<char, longest> buffer_;
  std::size_t size_ = 0;
};

/// `*` stands for any bytes; nothing else is special.
bool glob_fits(std::string_view glob, std::string_view text);

/// A tag as packs write it: six digits, or FACILITY[-SUBFACILITY]-MNEMONIC without severity.
bool is_pack_tag(std::string_view text);

}  // namespace ikewatch::rules
