// UTF-16 as UTF-8. Role: below the line cutter, for files of Windows programs. Threads: none.
#pragma once

#include "bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ikewatch::reader {

enum class ByteOrder : std::uint8_t { little, big };

/// Reads UTF-16 (RFC 2781) from `rest`. Half surrogates and a half unit at the end become U+FFFD; a byte order mark is dropped.
class Utf16 : public Bytes {
 public:
  Utf16(Bytes& rest, ByteOrder order) : rest_(rest), order_(order) {}
  Result<std::size_t> read(char* to, std::size_t room) override;

 private:
  void decode(std::string_view bytes);
  void take(std::uint32_t unit);

  Bytes& rest_;
  ByteOrder order_;
  std::string decoded_;  // not asked for yet, from at_ on
  std::size_t at_ = 0;
  std::uint32_t high_ = 0;  // the first half of a surrogate pair
  bool half_ = false;       // a unit's first byte came without its second
  unsigned char first_ = 0;
};

}  // namespace ikewatch::reader
