#include <ikewatch/reader/reader.hpp>

#include "backlog.hpp"
#include "bytes.hpp"
#include "gunzip.hpp"
#include "habit.hpp"
#include "journal_export.hpp"
#include "journal_json.hpp"
#include "kind.hpp"
#include "line_cutter.hpp"
#include "mender.hpp"
#include "read_bytes.hpp"
#include "unfold.hpp"
#include "utf16.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <utility>

namespace ikewatch::reader {
namespace {

constexpr std::size_t head_room = 64 * 1024;  // looked at before the first line is delivered
constexpr std::size_t least_export_line = 1024;

/// The first bytes of an input. A pipe gives little at a time; a look at one line only would tell too little.
Result<std::string> read_head(Bytes& bytes, std::size_t room, std::size_t chunk) {
  std::string head(room, '\0');
  std::size_t filled = 0;
  while (filled < room) {
    const auto got = bytes.read(head.data() + filled, std::min(std::max<std::size_t>(chunk, 1), room - filled));
    if (got.has_error() && filled == 0) return got.error();
    if (got.has_error() || *got == 0) break;
    filled += *got;
  }
  head.resize(filled);
  return head;
}

/// Without what terminals, pagers and crashes leave at both ends of a line.
std::string_view bare(std::string_view line) {
  const auto is_rest = [](char c) { return c == '\r' || c == '\f' || c == '\0' || c == '\n'; };
  while (!line.empty() && is_rest(line.back())) line.remove_suffix(1);
  while (!line.empty() && is_rest(line.front())) line.remove_prefix(1);
  return line;
}

/// Reads text: cuts lines, and hands them on directly or through an Unfolder.
class TextReader {
 public:
  TextReader(Bytes& bytes, std::string_view head, const Source& source, const Callback& callback, Totals& totals)
      : ends_(line_ends_of(head)),
        cutter_(bytes, {source.line_limit, source.chunk}, ends_.delimiter),
        source_(source),
        callback_(callback),
        totals_(totals) {}

  /// False where the log runs backwards and is too long to be turned: nothing was delivered.
  bool run(const Habit& habit) {
    if (habit.newest_first) backlog_.emplace(source_.backlog);
    if (!source_.mend) {
      for_each([this](std::string_view text, std::uint64_t number) { deliver(text, number); });
    } else {
      unfold(habit);
    }
    totals_.newest_first = habit.newest_first;
    totals_.lines = cutter_.lines();
    totals_.cut = cutter_.cut();
    totals_.damage = cutter_.damage();
    return turn();
  }

 private:
  template <class Take>
  void for_each(Take take) {
    std::uint64_t number = source_.first_line;
    for (std::string_view line; !overflows() && cutter_.next(line); ++number) {
      line = bare(line);
      if (ends_.inner_cr)
        part(line, number, take);
      else
        take(line, number);
    }
  }

  /// At the other line end: CRs within lines, or LFs in a file that began with CRs.
  template <class Take>
  void part(std::string_view line, std::uint64_t number, Take take) {
    for (auto end = line.find_first_of("\r\n"); end != line.npos; end = line.find_first_of("\r\n")) {
      take(line.substr(0, end), number);
      line = bare(line.substr(end));
      ++totals_.parted;
    }
    take(line, number);
  }

  void unfold(const Habit& habit) {
    Unfolder unfolder(habit, source_.line_limit, [this](std::string_view text, std::uint64_t number) { deliver(text, number); });
    if (habit.clean) {
      for_each([this, &unfolder](std::string_view text, std::uint64_t number) { pass(unfolder, text, number); });
    } else {
      Mender mender([&unfolder](std::string_view line, std::uint64_t number) { unfolder.add(line, number); });
      for_each([&mender](std::string_view text, std::uint64_t number) { mender.add(text, number); });
      mender.finish();
      totals_.parted += mender.parted();
    }
    unfolder.finish();
    totals_.joined = unfolder.joined();
    totals_.parted += unfolder.parted();
  }

  /// In a clean log only a line that an indented one follows takes the slow way: devices log some messages over several lines.
  void pass(Unfolder& unfolder, std::string_view text, std::uint64_t number) {
    const bool indented = !text.empty() && is_blank(text.front());
    if (unfolder.holds_line() && !indented) unfolder.finish();
    if (unfolder.holds_line() || ends_.inner_cr || cutter_.next_may_be_indented())
      unfolder.add_message(text, number);
    else
      deliver(text, number);
  }

  [[gnu::always_inline]] void deliver(std::string_view text, std::uint64_t number) {
    if (backlog_) [[unlikely]] {
      backlog_->add(text, number);
      return;
    }
    line_.text = text;
    line_.number = number;
    ++totals_.delivered;
    callback_(line_);
  }

  /// Gives a log that runs backwards; false where it was too long to be held.
  bool turn() {
    if (overflows()) return false;
    if (!backlog_) return true;
    const Backlog held = std::move(*backlog_);
    backlog_.reset();
    held.give([this](std::string_view text, std::uint64_t number) { deliver(text, number); });
    return true;
  }

  [[nodiscard]] bool overflows() const { return backlog_ && backlog_->full(); }

  LineEnds ends_;
  LineCutter cutter_;
  const Source& source_;
  const Callback& callback_;
  Totals& totals_;
  std::optional<Backlog> backlog_;
  Line line_;
};

void read_journal(Bytes& bytes, const Source& source, const Callback& callback, Totals& totals) {
  const bool json = totals.format == Format::journal_json;
  const auto limit = json ? source.line_limit * json_factor : std::max(source.line_limit, least_export_line);
  LineCutter cutter(bytes, {limit, source.chunk});
  if (json)
    read_journal_json(cutter, source, callback, totals);
  else
    read_journal_export(cutter, source.first_line, callback, totals);
  totals.lines = cutter.lines();
  totals.cut = cutter.cut();
  totals.damage = cutter.damage();
}

std::string turn_remedy(std::size_t backlog) {
  return "this log is newest first and longer than " + std::to_string(backlog / 1024 / 1024) +
         " MiB: turn it first, e.g. `tac FILE | ikewatch explain -`";
}

Result<Totals> read_decoded(Bytes& bytes, const Source& source, const Callback& callback, Totals totals) {
  auto read = read_head(bytes, head_room, source.chunk);
  if (read.has_error()) return read.error();
  std::string_view head = *read;
  if (const auto remedy = how_to_convert(head); !remedy.empty()) return Problem{{source.path, 0, 0}, std::string(remedy)};
  const bool whole = head.size() < head_room;
  head.remove_prefix(mark_length(head));
  totals.format = format_of(head);
  Replay replay(head, bytes);
  if (totals.format != Format::text) {
    read_journal(replay, source, callback, totals);
  } else {
    const bool done = TextReader(replay, head, source, callback, totals).run(source.mend ? habit_of(head, whole) : Habit{});
    if (!done) return Problem{{source.path, 0, 0}, turn_remedy(source.backlog)};
  }
  return totals;
}

/// UTF-16 is decoded before anything is looked at.
Result<Totals> read_unpacked(Bytes& bytes, const Source& source, const Callback& callback, Totals totals) {
  auto magic = read_head(bytes, 4, source.chunk);
  if (magic.has_error()) return magic.error();
  Replay replay(*magic, bytes);
  const auto order = utf16_order(*magic);
  if (!order) return read_decoded(replay, source, callback, totals);
  Utf16 decoded(replay, *order);
  return read_decoded(decoded, source, callback, totals);
}

}  // namespace

Result<Totals> read_bytes(Bytes& bytes, const Source& source, const Callback& callback) {
  const auto magic = read_head(bytes, 2, source.chunk);
  if (magic.has_error()) return magic.error();
  Replay replay(*magic, bytes);
  if (!is_gzip(*magic)) return read_unpacked(replay, source, callback, {});
  Gunzip gunzip(replay, source.path);
  Totals totals;
  totals.compressed = true;
  return read_unpacked(gunzip, source, callback, totals);
}

Result<Totals> read(const Source& source, const Callback& callback) {
  FileBytes file(source.advance);
  const auto opened = file.open(source.path);
  if (opened.has_error()) return opened.error();
  auto totals = read_bytes(file, source, callback);
  if (totals.has_value()) totals->bytes = file.done();
  return totals;
}

}  // namespace ikewatch::reader
