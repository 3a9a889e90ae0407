// A stream of syslog frames (RFC 6587) gives the same frames however it is cut into chunks.
#include "target.hpp"

#include <ikewatch/syslog/framing.hpp>

namespace ikewatch::fuzz {
namespace {

struct Cut {
  std::vector<std::string> frames;
  std::uint64_t shortened = 0;
  bool operator==(const Cut&) const = default;
};

Cut cut(const std::vector<std::string_view>& chunks, std::size_t limit) {
  Cut cut;
  syslog::FrameSplitter splitter(limit);
  const auto keep = [&](std::string_view frame) {
    must(!frame.empty(), "a frame is not empty");
    must(frame.size() <= limit, "a frame is within the limit");
    cut.frames.emplace_back(frame);
  };
  for (std::string_view chunk : chunks) {
    while (const auto frame = splitter.next(chunk)) keep(*frame);
    must(chunk.empty(), "a chunk is used up");
  }
  if (const auto frame = splitter.finish()) keep(*frame);
  must(!splitter.finish(), "nothing is left behind the end");
  cut.shortened = splitter.cut_frames();
  return cut;
}

}  // namespace

void take(std::string_view bytes) {
  for (const std::size_t limit : {std::size_t{1}, std::size_t{16}, std::size_t{8192}}) {
    const Cut whole = cut(pieces(bytes, 0), limit);
    std::size_t size = 0;
    for (const auto& frame : whole.frames) size += frame.size();
    must(size <= bytes.size(), "frames hold no more than came");
    for (std::size_t cutting = 1; cutting < cuttings; ++cutting) {
      must(cut(pieces(bytes, cutting), limit) == whole, "the frames do not depend on the chunks");
    }
  }
}

}  // namespace ikewatch::fuzz
