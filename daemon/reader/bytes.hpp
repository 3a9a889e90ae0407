// Where bytes come from: a descriptor, a gzip stream over another, or what was peeked before. Role: below the line cutter.
#pragma once

#include <ikewatch/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace ikewatch::reader {

class Bytes {
 public:
  Bytes() = default;
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  virtual ~Bytes() = default;

  /// Up to `room` bytes into `to`; 0 is the end. Who asks again after a Problem gets it again.
  virtual Result<std::size_t> read(char* to, std::size_t room) = 0;
};

/// A file or standard input, by read(2): a mapping would die of SIGBUS when the file is truncated meanwhile.
class FileBytes : public Bytes {
 public:
  using Advance = std::function<void(std::uint64_t done, std::uint64_t size)>;

  explicit FileBytes(Advance advance) : advance_(std::move(advance)) {}
  ~FileBytes() override;

  /// Opens `path` ("-": standard input). Refuses directories here, because read(2) would only do so later.
  Result<void> open(const std::string& path);
  Result<std::size_t> read(char* to, std::size_t room) override;
  [[nodiscard]] std::uint64_t done() const { return done_; }

 private:
  Result<void> inspect();
  [[nodiscard]] Problem failure(int error) const;

  Advance advance_;
  std::string name_;
  int descriptor_ = -1;
  bool owned_ = false;
  std::uint64_t size_ = 0;
  std::uint64_t done_ = 0;
};

/// Gives `head` first, then what `rest` gives: undoes a look at the beginning.
class Replay : public Bytes {
 public:
  Replay(std::string_view head, Bytes& rest) : head_(head), rest_(rest) {}
  Result<std::size_t> read(char* to, std::size_t room) override;

 private:
  std::string_view head_;
  Bytes& rest_;
};

}  // namespace ikewatch::reader
