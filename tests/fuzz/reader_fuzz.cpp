// The offline input, of any format: the same lines whatever is read at once, numbered in order, within the limit.
#include "target.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/reader/reader.hpp>

#include <algorithm>

namespace ikewatch::fuzz {
namespace {

constexpr std::size_t limits[] = {48, 64 * 1024};

struct Outcome {
  std::string lines;
  reader::Totals totals;
};

void check(const reader::Totals& totals, std::size_t size) {
  must(totals.bytes <= size, "no more is read than is there");
  must(totals.damage || totals.compressed || totals.bytes == size, "all of it is read");
  must(totals.delivered <= totals.lines + totals.parted, "lines add up");
}

Outcome read(std::string_view bytes, std::size_t limit, std::size_t chunk, bool mend) {
  const MemoryFile file(bytes);
  reader::Source source;
  source.path = file.path();
  source.line_limit = limit;
  source.chunk = chunk;
  source.mend = mend;
  Outcome outcome;
  std::uint64_t calls = 0;
  std::uint64_t last = 1;
  std::uint64_t most = 0;
  bool in_order = true;
  const auto totals = reader::read(source, [&](const reader::Line& line) {
    ++calls;
    in_order &= line.number >= last;
    last = line.number;
    most = std::max(most, last);
    outcome.lines.append(line.text) += '\n';
    if (line.record) must(is_within(line.record->text, line.record->raw) || !line.record->raw.empty(), "a record has its line");
  });
  if (!totals) {
    must(is_printable(totals.error().what), "a problem is printable");
    must(calls == 0, "what is refused delivers nothing");
    return outcome;
  }
  must(totals->delivered == calls, "every line that is delivered counts");
  must(in_order || totals->newest_first, "lines come in order, but where the log runs backwards");
  must(most <= totals->lines, "no line has a number beyond the last");
  check(*totals, bytes.size());
  outcome.totals = *totals;
  return outcome;
}

}  // namespace

void take(std::string_view bytes) {
  for (const std::size_t limit : limits) {
    const Outcome whole = read(bytes, limit, 256 * 1024, true);
    const Outcome torn = read(bytes, limit, 1 + choice_of(bytes) % 32, true);
    must(torn.lines == whole.lines, "the lines do not depend on what is read at once");
    must(torn.totals.lines == whole.totals.lines && torn.totals.cut == whole.totals.cut, "nor do their counts");
  }
  read(bytes, limits[1], 256 * 1024, false);
}

}  // namespace ikewatch::fuzz
