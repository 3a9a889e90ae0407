// Unpacks gzip (RFC 1952) while it is read. Role: a Bytes over another. Memory is bounded by zlib's window and one input block,
// so that a "bomb" costs time only.
#pragma once

#include "bytes.hpp"

#include <zlib.h>

#include <optional>
#include <string>
#include <vector>

namespace ikewatch::reader {

class Gunzip : public Bytes {
 public:
  /// `below` must outlive this; `name` stands in Problems.
  Gunzip(Bytes& below, std::string name);
  ~Gunzip() override;

  /// Members follow each other as gzip joins them (section 2.2); other bytes behind the last one are ignored, as gzip itself
  /// does.
  Result<std::size_t> read(char* to, std::size_t room) override;

 private:
  enum class State { member, between, finished };

  Result<void> refill();
  void next_member();
  Result<void> step();
  Result<void> unpack();
  [[nodiscard]] Problem damaged(const char* what) const;

  Bytes& below_;
  std::string name_;
  std::vector<char> input_;
  z_stream stream_{};
  State state_ = State::member;
  std::optional<Problem> broken_;
  bool ready_ = false;
  bool drained_ = false;
};

}  // namespace ikewatch::reader
