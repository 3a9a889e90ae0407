// The bytes of one connection, as they come or out of TLS. Role: what connections read from, whatever is below. Ownership: uses
// the descriptor of the connection's Watch, and does not close it. Threads: the io_context's one.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace ikewatch::source {

class Stream {
 public:
  enum class State {
    ready,        // bytes flow
    read_later,   // when the descriptor is readable
    write_later,  // when it is writable
    ended,        // the far end said that nothing more comes
    broken,
  };
  struct Piece {
    State state = State::ready;
    std::size_t bytes = 0;  // at least one where ready
  };
  /// Why a connection never came to where bytes flow.
  struct Refusal {
    bool for_its_certificate = false;  // else for what it said
    std::string why;                   // empty: it left without a word
  };

  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  /// Goes on with the handshake, if there is any. Call again as the state says, until it is ready.
  virtual State open() = 0;
  /// Never blocks.
  virtual Piece read(std::span<char> room) = 0;
  /// Holds bytes that it took from the descriptor, of which no waiting will tell.
  [[nodiscard]] virtual bool holds_more() const = 0;
  /// Says goodbye, where there is a way to.
  virtual void close() = 0;
  [[nodiscard]] virtual const Refusal& refusal() const = 0;
};

/// The bytes as they come.
std::unique_ptr<Stream> make_plain_stream(int fd);

}  // namespace ikewatch::source
