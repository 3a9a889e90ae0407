#include "gunzip.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace ikewatch::reader {
namespace {

constexpr std::size_t input_block = 64 * 1024;
constexpr int gzip_only = 16 + MAX_WBITS;
constexpr unsigned char first_magic = 0x1f;

}  // namespace

Gunzip::Gunzip(Bytes& below, std::string name) : below_(below), name_(std::move(name)), input_(input_block) {
  ready_ = inflateInit2(&stream_, gzip_only) == Z_OK;
}

Gunzip::~Gunzip() {
  if (ready_) inflateEnd(&stream_);
}

Problem Gunzip::damaged(const char* what) const { return {{name_, 0, 0}, what}; }

Result<void> Gunzip::refill() {
  const auto got = below_.read(input_.data(), input_.size());
  if (got.has_error()) return got.error();
  drained_ = *got == 0;
  stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
  stream_.avail_in = static_cast<uInt>(*got);
  return {};
}

void Gunzip::next_member() {
  if (drained_ || *stream_.next_in != first_magic) {
    state_ = State::finished;
    return;
  }
  inflateReset(&stream_);
  state_ = State::member;
}

Result<void> Gunzip::step() {
  if (broken_) return *broken_;
  if (stream_.avail_in == 0 && !drained_) {
    auto filled = refill();
    if (filled.has_error()) return filled;
  }
  if (state_ == State::between) {
    next_member();
    return {};
  }
  return unpack();
}

Result<void> Gunzip::unpack() {
  const int outcome = inflate(&stream_, Z_NO_FLUSH);
  // Not before nothing more comes: zlib may hold bytes for which there was no room the last time.
  if (drained_ && outcome == Z_BUF_ERROR) {
    return damaged("the gzip data breaks off: what stood before was read; fetch the file again for the rest");
  }
  if (outcome == Z_STREAM_END) state_ = State::between;
  const bool fine = outcome == Z_OK || outcome == Z_STREAM_END || outcome == Z_BUF_ERROR;
  if (!fine) broken_ = damaged("the gzip data is damaged: what stood before was read; `gzip -t` tells more");
  if (!fine) return *broken_;
  return {};
}

Result<std::size_t> Gunzip::read(char* to, std::size_t room) {
  if (!ready_) return damaged("zlib could not be set up: out of memory");
  const auto offered = static_cast<uInt>(std::min<std::size_t>(room, std::numeric_limits<uInt>::max()));
  stream_.next_out = reinterpret_cast<Bytef*>(to);
  stream_.avail_out = offered;
  while (state_ != State::finished && stream_.avail_out == offered) {
    const auto stepped = step();
    // What came out before the damage goes first; the same step fails again on the next call.
    if (stepped.has_error() && stream_.avail_out == offered) return stepped.error();
    if (stepped.has_error()) break;
  }
  return offered - stream_.avail_out;
}

}  // namespace ikewatch::reader
