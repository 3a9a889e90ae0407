#include "stream_connection.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace ikewatch::source {
namespace {

constexpr int reads_per_wake_up = 8;
/// Whoever sends more than this at a time is not kept waiting: the kernel holds no more for a connection that is young.
constexpr std::size_t much = 64u << 10;
constexpr std::size_t chunk_size = 16u << 10;  // one TLS record (RFC 8446 section 5.1), so that none is read in halves

}  // namespace

StreamConnection::StreamConnection(boost::asio::io_context& loop, std::unique_ptr<Watch> watch, std::unique_ptr<Stream> stream,
                                   std::string sender, std::size_t max_line, Patience patience, ConnectionOwner& owner)
    : watch_(std::move(watch)),
      stream_(std::move(stream)),
      alarm_(loop),
      pace_(loop),
      sender_(std::move(sender)),
      patience_(patience),
      owner_(owner),
      frames_(max_line + 1),  // so that a frame shows that it is longer than the limit
      began_(Clock::now()),
      last_read_(began_),
      frame_began_(began_) {
  open_ = stream_->open() == State::ready;
  wait(State::read_later);
  watch_time();
}

void StreamConnection::wait(State state) {
  held_back_ = open_ && owner_.holds_back();
  if (held_back_) return;
  const auto direction = state == State::write_later ? Watch::Direction::write : Watch::Direction::read;
  watch_->once([this] { go_on(); }, direction);
}

/// `came`: bytes in this turn.
void StreamConnection::wait(State state, std::size_t came) {
  if (state != State::read_later || came >= much || owner_.holds_back()) return wait(state);
  pace_.wait(*watch_, came > 0, [this] { go_on(); });
}

void StreamConnection::resume() {
  if (!std::exchange(held_back_, false)) return;
  last_read_ = frame_began_ = Clock::now();  // the wait was ours, not the sender's
  wait(State::read_later);
}

void StreamConnection::abandon() {
  watch_.reset();
  alarm_.cancel();
  pace_.cancel();
}

template <class Step>
void StreamConnection::guarded(Step step) {
  try {
    step();
  } catch (const std::exception&) {  // out of memory: this sender's loss, nobody else's
    owner_.count_malformed(1);
    owner_.has_ended(*this, Ending::broken);
  }
}

void StreamConnection::go_on() {
  guarded([this] { open_ ? read() : open(); });
}

void StreamConnection::open() {
  const auto state = stream_->open();
  if (state == State::ended || state == State::broken) return end(Ending::refused);
  if (state != State::ready) return wait(state);
  open_ = true;
  last_read_ = Clock::now();
  watch_time();
  read();
}

void StreamConnection::read() {
  auto state = State::ready;
  std::size_t came = 0;
  for (int i = 0; state == State::ready && (i < reads_per_wake_up || stream_->holds_more()); ++i) {
    if (owner_.holds_back() && !stream_->holds_more()) break;
    state = read_some(came);
    if (!watch_) return;  // the owner was stopped
  }
  if (state == State::ended || state == State::broken) return end(state == State::ended ? Ending::closed : Ending::broken);
  wait(state, came);
  watch_time();
}

StreamConnection::State StreamConnection::read_some(std::size_t& came) {
  std::array<char, chunk_size> chunk;
  const auto piece = stream_->read(chunk);
  if (piece.state != State::ready) return piece.state;
  last_read_ = Clock::now();
  owner_.count_bytes(piece.bytes);
  came += piece.bytes;
  deliver({chunk.data(), piece.bytes});
  return State::ready;
}

/// False when the owner was stopped meanwhile.
bool StreamConnection::deliver(std::string_view bytes) {
  bool any = frames_.part() == syslog::FrameSplitter::Part::none;
  while (const auto frame = frames_.next(bytes)) {
    any = true;
    if (!owner_.take_frame(*this, *frame)) return false;
  }
  if (any) frame_began_ = last_read_;
  const auto bad = frames_.bad_frames();
  if (bad != bad_frames_) owner_.count_malformed(bad - std::exchange(bad_frames_, bad));
  return true;
}

/// What is left of a line is a line when the sender closed after it; what is left of a counted frame is not, and a line feed does
/// not make it one.
void StreamConnection::end(Ending why) {
  if (open_ && why != Ending::broken && !deliver("\n")) return;
  if (frames_.finish()) owner_.count_malformed(1);
  stream_->close();
  owner_.has_ended(*this, why);
}

/// When the sender's time is over.
StreamConnection::Clock::time_point StreamConnection::deadline() const {
  const auto after = [](Clock::time_point since, std::chrono::milliseconds wait) {
    return wait.count() > 0 ? since + wait : Clock::time_point::max();
  };
  if (!open_) return after(began_, patience_.handshake);
  const auto idle = after(last_read_, patience_.idle);
  const bool unfinished = frames_.part() != syslog::FrameSplitter::Part::none;
  return unfinished ? std::min(idle, after(frame_began_, patience_.frame)) : idle;
}

/// An alarm that comes too early looks again, so that not every read has to set it.
void StreamConnection::watch_time() {
  const auto at = deadline();
  if (at >= alarm_at_) return;
  alarm_at_ = at;
  alarm_.once(at - Clock::now(), [this] { guarded([this] { on_time(); }); });
}

void StreamConnection::on_time() {
  alarm_at_ = Clock::time_point::max();
  const auto now = Clock::now();
  if (held_back_) last_read_ = frame_began_ = now;
  if (now < deadline()) return watch_time();
  if (!open_) return end(Ending::late);
  if (patience_.idle.count() > 0 && now >= last_read_ + patience_.idle) return end(Ending::idle);
  on_slow_frame();
}

/// A line whose sender fell silent is taken as it is: some end a line only when the next one begins. Whoever drips on, or owes
/// the rest of a counted frame, has to begin anew.
void StreamConnection::on_slow_frame() {
  const bool silent = Clock::now() - last_read_ >= patience_.frame / 2;
  if (!silent || frames_.part() == syslog::FrameSplitter::Part::counted) return end(Ending::slow);
  if (deliver("\n")) watch_time();
}

}  // namespace ikewatch::source
