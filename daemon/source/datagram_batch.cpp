#include "datagram_batch.hpp"

#include <cstring>

namespace ikewatch::source {

DatagramBatch::DatagramBatch() : buffer_(std::make_unique_for_overwrite<char[]>(capacity * stride)) {}

int DatagramBatch::receive(int fd) {
  for (std::size_t i = 0; i < capacity; ++i) {
    pieces_[i] = {buffer_.get() + i * stride, room};
    auto& header = messages_[i].msg_hdr;
    header = {};
    header.msg_name = &senders_[i];
    header.msg_namelen = sizeof senders_[i];
    header.msg_iov = &pieces_[i];
    header.msg_iovlen = 1;
    header.msg_control = controls_[i].bytes.data();
    header.msg_controllen = control_room;
    senders_[i].ss_family = AF_UNSPEC;  // an unnamed unix sender leaves it untouched
  }
  return ::recvmmsg(fd, messages_.data(), capacity, MSG_DONTWAIT, nullptr);
}

Datagram DatagramBatch::at(std::size_t index) const {
  const auto& message = messages_[index];
  Datagram datagram;
  datagram.bytes = {buffer_.get() + index * stride, message.msg_len};
  datagram.truncated = (message.msg_hdr.msg_flags & MSG_TRUNC) != 0;
  const cmsghdr* control = CMSG_FIRSTHDR(&message.msg_hdr);
  if (control != nullptr && control->cmsg_level == SOL_SOCKET && control->cmsg_type == SO_RXQ_OVFL) {
    std::uint32_t count = 0;
    std::memcpy(&count, CMSG_DATA(control), sizeof count);
    datagram.overflow = count;
  }
  return datagram;
}

}  // namespace ikewatch::source
