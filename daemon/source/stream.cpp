#include "stream.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace ikewatch::source {
namespace {

class PlainStream final : public Stream {
 public:
  explicit PlainStream(int fd) : fd_(fd) {}

  State open() override { return State::ready; }

  Piece read(std::span<char> room) override {
    const auto got = ::recv(fd_, room.data(), room.size(), MSG_DONTWAIT);
    if (got > 0) return {State::ready, static_cast<std::size_t>(got)};
    if (got == 0) return {State::ended};
    return {errno == EAGAIN || errno == EINTR ? State::read_later : State::broken};
  }

  [[nodiscard]] bool holds_more() const override { return false; }
  void close() override {}
  [[nodiscard]] const Refusal& refusal() const override { return refusal_; }

 private:
  int fd_;
  Refusal refusal_;
};

}  // namespace

std::unique_ptr<Stream> make_plain_stream(int fd) { return std::make_unique<PlainStream>(fd); }

}  // namespace ikewatch::source
