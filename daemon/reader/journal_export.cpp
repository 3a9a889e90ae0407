#include "journal_export.hpp"

#include <string>
#include <utility>

namespace ikewatch::reader {
namespace {

class ExportReader {
 public:
  ExportReader(LineCutter& cutter, std::uint64_t first_line, const Callback& callback, Totals& totals)
      : cutter_(cutter), first_line_(first_line), callback_(callback), totals_(totals) {}

  void run() {
    for (std::string_view line; cutter_.next(line);) {
      if (line.empty())
        deliver();
      else if (!field(line))
        break;
    }
    deliver();
  }

 private:
  bool field(std::string_view line) {
    if (number_ == 0) number_ = first_line_ + cutter_.lines() - 1;
    const auto equals = line.find('=');
    const Field name = field_of(line.substr(0, equals));
    std::string* slot = entry_.slot(name);
    entry_.note(name);
    if (equals == line.npos) return binary(slot);
    // A field may stand there several times; the first one counts.
    if (slot != nullptr && slot->empty()) *slot = line.substr(equals + 1);
    return true;
  }

  bool binary(std::string* slot) {
    std::string size_bytes;
    if (!cutter_.take(8, size_bytes) || size_bytes.size() != 8) return false;
    std::uint64_t size = 0;
    for (std::size_t at = 8; at-- > 0;) size = size << 8 | static_cast<unsigned char>(size_bytes[at]);
    std::string data;
    const bool whole = cutter_.take(size, data);
    if (slot != nullptr && slot->empty()) *slot = std::move(data);
    std::string line_end;
    return whole && cutter_.take(1, line_end) && line_end == "\n";
  }

  void deliver() {
    if (number_ == 0) return;
    if (entry_.has_message()) {
      callback_(entry_.line(number_));
      ++totals_.delivered;
    } else {
      ++totals_.unreadable;
    }
    entry_.clear();
    number_ = 0;
  }

  LineCutter& cutter_;
  std::uint64_t first_line_;
  const Callback& callback_;
  Totals& totals_;
  JournalEntry entry_;
  std::uint64_t number_ = 0;  // of the entry's first line; 0 between entries
};

}  // namespace

void read_journal_export(LineCutter& cutter, std::uint64_t first_line, const Callback& callback, Totals& totals) {
  ExportReader(cutter, first_line, callback, totals).run();
}

}  // namespace ikewatch::reader
