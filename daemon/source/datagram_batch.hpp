// Reads datagrams many at a time. Role: the system call under the UDP and unix sources. Ownership: owns its buffers (4 MiB of
// address space, of which only what was received is ever touched). Threads: one at a time.
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace ikewatch::source {

/// One datagram of the batch; valid until the next receive().
struct Datagram {
  std::string_view bytes;
  bool truncated = false;                 // it was longer than 64 KiB
  std::optional<std::uint32_t> overflow;  // the socket's count of dropped datagrams when this one came in (SO_RXQ_OVFL)
};

class DatagramBatch {
 public:
  static constexpr std::size_t capacity = 64;
  static constexpr std::size_t room = 65536;  // more than any UDP datagram

  DatagramBatch();

  /// Datagrams received, or -1 with errno. Never blocks.
  int receive(int fd);
  [[nodiscard]] Datagram at(std::size_t index) const;
  /// Of the sender; of no family for unix sockets without a name.
  [[nodiscard]] const sockaddr_storage& address(std::size_t index) const { return senders_[index]; }

 private:
  /// From one datagram to the next: with a power of two all of them would fall on the same few lines of the processor's caches.
  static constexpr std::size_t stride = room + 256;
  static constexpr std::size_t control_room = CMSG_SPACE(sizeof(std::uint32_t));
  struct alignas(cmsghdr) Control {
    std::array<char, control_room> bytes;
  };

  std::unique_ptr<char[]> buffer_;
  std::array<mmsghdr, capacity> messages_{};
  std::array<iovec, capacity> pieces_{};
  std::array<sockaddr_storage, capacity> senders_{};
  std::array<Control, capacity> controls_{};
};

}  // namespace ikewatch::source
