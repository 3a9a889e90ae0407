// Splits a byte stream into syslog messages. Role: TCP and TLS sources feed it what they received, in any chunks. Ownership: a
// frame is a view into the caller's chunk where it is whole in it, else into the splitter; valid until the next call. Threads:
// one splitter for each connection, used by one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ikewatch::syslog {

/// RFC 6587: octet counting (section 3.4.1) where a frame begins with a length, a blank and `<`; else the frame ends at LF or NUL
/// (section 3.4.2), a CR before it is dropped. Decided for each frame anew, as senders do it. Empty frames are not delivered.
/// Bounded: a frame longer than the limit is delivered cut to the limit, and the rest of it skipped.
///
/// A count that was wrong leaves the splitter in the middle of a message. That is seen where something else than a count, a `<`
/// or a line end follows a counted frame; it then delivers what stands up to the next line end, or up to what looks like the
/// begin of a counted frame (`123 <30>`), and goes on there.
class FrameSplitter {
 public:
  /// The longest frame in bytes, at least 1.
  explicit FrameSplitter(std::size_t longest_frame = 8192);

  /// The next frame; takes what it has read off the front of `chunk`. Nothing: the chunk is used up, feed the next.
  std::optional<std::string_view> next(std::string_view& chunk);

  /// At the end of the stream: what stands there without its end. The splitter is as new afterwards.
  std::optional<std::string_view> finish();

  /// What stands there without its end so far.
  enum class Part : std::uint8_t { none, line, counted };
  [[nodiscard]] Part part() const;

  /// Frames that were out of step: what a wrong count left.
  [[nodiscard]] std::uint64_t bad_frames() const { return bad_frames_; }
  /// Frames that were longer than the limit.
  [[nodiscard]] std::uint64_t cut_frames() const { return cut_frames_; }

 private:
  enum class Mode : std::uint8_t { undecided, counted, line, lost };

  std::optional<std::string_view> decide(std::string_view& chunk);
  std::optional<std::string_view> read_counted(std::string_view& chunk);
  std::optional<std::string_view> read_line(std::string_view& chunk);
  std::optional<std::string_view> read_lost(std::string_view& chunk);
  std::optional<std::string_view> end_lost();
  std::optional<std::string_view> deliver(std::string_view whole);
  std::optional<std::string_view> deliver_line(std::string_view bytes, std::size_t length, char last);
  void keep(std::string_view bytes);
  void forget();

  std::size_t longest_frame_;
  Mode mode_ = Mode::undecided;
  std::string kept_;            // the begin of a frame that came in pieces, at most the limit and a CR
  std::size_t seen_ = 0;        // bytes of the frame that came so far, kept or not
  char last_ = '\0';            // the last of them
  std::size_t expected_ = 0;    // octets of a counted frame
  bool delivered_ = false;      // kept_ is with the caller until the next call
  bool after_count_ = false;    // the frame before was a counted one
  std::string opener_;          // lost: the last bytes, as far as they may be the begin of a counted frame
  std::string next_;            // what follows the count that ended the loss: the PRI
  std::size_t next_count_ = 0;  // and that count; 0: none
  std::uint64_t bad_frames_ = 0;
  std::uint64_t cut_frames_ = 0;
};

}  // namespace ikewatch::syslog
