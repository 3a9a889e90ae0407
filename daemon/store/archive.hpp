// Values to bytes and back: numbers of seven bits a byte (LEB128), texts and lists behind their length, words of closed lists by
// name. Role: the form of what the store keeps in blobs. Ownership: values; a Reader looks at bytes that outlive it. Threads: one
// at a time. A Reader takes any bytes: the first mistake makes it give nothing more, see ok().
#pragma once

#include <ikewatch/base/time.hpp>
#include <ikewatch/rules/vocabulary.hpp>
#include <ikewatch/tunnel/state.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace ikewatch::store {

/// The first byte of each blob. Fields that a later version adds are read only `if (archive.version() >= that version)`.
inline constexpr std::uint8_t archive_version = 1;

/// Beyond them differences of two times could overflow; the year 6000 is enough.
inline constexpr std::int64_t latest_time = std::int64_t{1} << 57;
/// The begin of the year 0: what is earlier has no text in ISO 8601 (RFC 3339 section 1).
inline constexpr std::int64_t earliest_time = -62'167'219'200'000'000;

/// More elements than this are a mistake, whatever they are.
inline constexpr std::uint64_t longest_list = 65'536;

class Writer {
 public:
  static constexpr bool reads = false;

  Writer() { bytes_ += static_cast<char>(archive_version); }
  [[nodiscard]] static std::uint8_t version() { return archive_version; }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(0x80 | (value & 0x7F));
    bytes_ += static_cast<char>(value);
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_ += value;
  }

 private:
  std::string bytes_;
};

class Reader {
 public:
  static constexpr bool reads = true;

  explicit Reader(std::string_view bytes) : rest_(bytes) {
    version_ = rest_.empty() ? 0 : static_cast<std::uint8_t>(rest_.front());
    if (version_ == 0 || version_ > archive_version) {
      fail();
    } else {
      rest_.remove_prefix(1);
    }
  }
  [[nodiscard]] std::uint8_t version() const { return version_; }
  [[nodiscard]] bool ok() const { return ok_; }
  /// Everything was read, and nothing is left.
  [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }
  void fail() {
    ok_ = false;
    rest_ = {};
  }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      if (shift == 63 && byte > 1) break;
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    fail();
    return 0;
  }
  std::uint64_t number(std::uint64_t largest) {
    const auto value = number();
    if (value <= largest) return value;
    fail();
    return 0;
  }
  std::string_view text() {
    const auto size = number();
    if (size > rest_.size()) fail();
    const auto found = rest_.substr(0, size);
    rest_.remove_prefix(found.size());
    return found;
  }

 private:
  std::string_view rest_;
  std::uint8_t version_ = 0;
  bool ok_ = true;
};

/// What a record's fields are to an archive: constant to a Writer.
template <class Archive, class Value>
using Of = std::conditional_t<Archive::reads, Value, const Value>;

template <class Archive, class Value>
void field(Archive& archive, Value& value);

inline std::optional<rules::EventKind> named(std::string_view name, rules::EventKind) { return rules::event_named(name); }
inline std::optional<rules::Cause> named(std::string_view name, rules::Cause) { return rules::cause_named(name); }
inline std::optional<rules::Side> named(std::string_view name, rules::Side) { return rules::side_named(name); }
inline std::optional<rules::Confidence> named(std::string_view name, rules::Confidence) { return rules::confidence_named(name); }
inline std::optional<rules::Signal> named(std::string_view name, rules::Signal) { return rules::signal_named(name); }
inline std::optional<tunnel::State> named(std::string_view name, tunnel::State) { return tunnel::state_named(name); }

/// A later version may know words that mean nothing here: those leave `value` as it is.
template <class Archive, class Word>
void word(Archive& archive, Word& value) {
  using rules::name_of;
  using tunnel::name_of;
  if constexpr (Archive::reads) {
    value = named(archive.text(), Word{}).value_or(value);
  } else {
    archive.text(name_of(value));
  }
}

/// Times before 1970 are rare: the sign is the lowest bit.
template <class Archive>
void time(Archive& archive, Of<Archive, WallTime>& value) {
  if constexpr (Archive::reads) {
    const auto bits = archive.number(static_cast<std::uint64_t>(latest_time) * 2 + 1);
    const auto count = static_cast<std::int64_t>(bits >> 1);
    value = WallTime(std::chrono::microseconds((bits & 1) != 0 ? std::max(-count, earliest_time) : count));
  } else {
    const auto count = std::clamp(value.time_since_epoch().count(), earliest_time, latest_time);
    archive.number(static_cast<std::uint64_t>(count < 0 ? -count : count) << 1 | (count < 0 ? 1U : 0U));
  }
}

template <class Archive, class Value>
void maybe(Archive& archive, Value& value) {
  bool given = value.has_value();
  field(archive, given);
  if constexpr (Archive::reads) {
    value.reset();
    if (given && archive.ok()) value.emplace();
  }
  if (value) field(archive, *value);
}

template <class Archive, class List>
void list(Archive& archive, List& values) {
  if constexpr (Archive::reads) {
    values.clear();
    for (auto left = archive.number(longest_list); left > 0 && archive.ok(); --left) field(archive, values.emplace_back());
  } else {
    archive.number(values.size());
    for (const auto& value : values) field(archive, value);
  }
}

/// Counts by key. Keys that mean the same to this version are added up.
template <class Archive, class Map>
void counts(Archive& archive, Map& values) {
  if constexpr (Archive::reads) {
    values.clear();
    for (auto left = archive.number(longest_list); left > 0 && archive.ok(); --left) {
      typename Map::key_type key{};
      field(archive, key);
      values[key] += archive.number();
    }
  } else {
    archive.number(values.size());
    for (const auto& [key, count] : values) {
      field(archive, key);
      archive.number(count);
    }
  }
}

/// None of our numbers is negative.
template <class Archive, class Number>
void plain(Archive& archive, Number& value) {
  if constexpr (Archive::reads) {
    value = static_cast<Number>(archive.number(static_cast<std::uint64_t>(std::numeric_limits<Number>::max())));
  } else {
    archive.number(static_cast<std::uint64_t>(value));
  }
}

template <class Archive, class Real>
void real(Archive& archive, Real& value) {
  if constexpr (Archive::reads) {
    value = std::bit_cast<double>(archive.number());
  } else {
    archive.number(std::bit_cast<std::uint64_t>(value));
  }
}

/// One value of any kind; structures have a record() of their own.
template <class Archive, class Value>
void field(Archive& archive, Value& value) {
  using Kind = std::remove_const_t<Value>;
  if constexpr (std::is_integral_v<Kind>) {
    plain(archive, value);
  } else if constexpr (std::is_same_v<Kind, double>) {
    real(archive, value);
  } else if constexpr (std::is_enum_v<Kind>) {
    word(archive, value);
  } else if constexpr (std::is_same_v<Kind, WallTime>) {
    time(archive, value);
  } else if constexpr (std::is_same_v<Kind, std::string>) {
    if constexpr (Archive::reads) {
      value = archive.text();
    } else {
      archive.text(value);
    }
  } else if constexpr (requires { value.has_value(); }) {
    maybe(archive, value);
  } else if constexpr (requires { typename Kind::mapped_type; }) {
    counts(archive, value);
  } else if constexpr (requires { typename Kind::allocator_type; }) {
    list(archive, value);
  } else if constexpr (requires { value.front(); }) {  // an array
    for (auto& element : value) field(archive, element);
  } else if constexpr (requires {
                         value.first;
                         value.second;
                       }) {
    field(archive, value.first);
    field(archive, value.second);
  } else {
    record(archive, value);
  }
}

template <class Archive, class... Values>
void fields(Archive& archive, Values&... values) {
  (field(archive, values), ...);
}

}  // namespace ikewatch::store
