#include <ikewatch/base/text.hpp>
#include <ikewatch/syslog/journal.hpp>

#include <algorithm>
#include <utility>

namespace ikewatch::syslog {
namespace {

constexpr std::size_t longest_name = 64;  // journald's own limit
/// journald stores no field above 768 MiB (DATA_SIZE_MAX): a greater length means that we are out of step.
constexpr std::uint64_t longest_binary = 768ULL << 20;

bool is_field_name(std::string_view name) {
  if (name.empty() || name.size() > longest_name || is_digit(name.front())) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return is_upper(c) || is_digit(c) || c == '_'; });
}

}  // namespace

JournalExportReader::JournalExportReader(std::size_t longest_field) : longest_field_(longest_field) {}

void JournalExportReader::fail(std::string what) {
  Problem problem;
  problem.place.line = line_;
  problem.what = std::move(what);
  problem_ = std::move(problem);
}

std::optional<JournalFields> JournalExportReader::next(std::string_view& chunk) {
  if (std::exchange(delivered_, false)) entry_.clear();
  while (!chunk.empty() && !problem_) {
    if (!read_part(chunk)) continue;
    any_ = false;
    delivered_ = true;
    return entry_.fields();
  }
  if (problem_) chunk = {};
  return std::nullopt;
}

/// True where an entry ended.
bool JournalExportReader::read_part(std::string_view& chunk) {
  switch (part_) {
    case Part::name:
      return read_name(chunk);
    case Part::text:
      read_text(chunk);
      break;
    case Part::length:
      read_length(chunk);
      break;
    case Part::binary:
      read_binary(chunk);
      break;
    case Part::binary_end:
      read_binary_end(chunk);
      break;
  }
  return false;
}

bool JournalExportReader::read_name(std::string_view& chunk) {
  const auto end = chunk.substr(0, longest_name + 1).find_first_of("=\n");
  const auto piece = chunk.substr(0, std::min(end, longest_name + 1));
  name_.append(piece);
  chunk.remove_prefix(piece.size());
  if (name_.size() > longest_name) {
    fail("a field's name is longer than 64 bytes; give what `journalctl -o export` printed");
    return false;
  }
  if (end == std::string_view::npos) return false;
  const char mark = chunk.front();
  chunk.remove_prefix(1);
  return end_name(mark);
}

/// `=` begins a text value, a line feed a binary one, and an empty line ends the entry.
bool JournalExportReader::end_name(char end) {
  const std::string name = std::exchange(name_, {});
  line_ += end == '\n' ? 1 : 0;
  if (name.empty() && end == '\n') return any_;
  if (!is_field_name(name)) {
    fail("expected `FIELD=value` or an empty line; give what `journalctl -o export` printed");
    return false;
  }
  any_ = true;
  cut_ = false;
  field_ = JournalEntry::find(name);
  if (field_ != JournalEntry::field_count && !entry_.begin(field_)) field_ = JournalEntry::field_count;
  part_ = end == '=' ? Part::text : Part::length;
  length_ = 0;
  length_bytes_ = 0;
  return false;
}

void JournalExportReader::keep(std::string_view bytes) {
  if (field_ == JournalEntry::field_count) return;
  const auto room = longest_field_ - std::min(longest_field_, entry_.size(field_));
  if (bytes.size() > room && !std::exchange(cut_, true)) ++cut_fields_;
  entry_.append(field_, bytes.substr(0, room));
}

void JournalExportReader::read_text(std::string_view& chunk) {
  const auto end = chunk.find('\n');
  keep(chunk.substr(0, end));
  chunk.remove_prefix(end == std::string_view::npos ? chunk.size() : end + 1);
  if (end == std::string_view::npos) return;
  ++line_;
  part_ = Part::name;
}

void JournalExportReader::read_length(std::string_view& chunk) {
  length_ |= static_cast<std::uint64_t>(static_cast<unsigned char>(chunk.front())) << (8 * length_bytes_);
  chunk.remove_prefix(1);
  if (++length_bytes_ < 8) return;
  if (length_ > longest_binary) fail("a binary field's length is above 768 MiB, which the journal does not store");
  part_ = length_ == 0 ? Part::binary_end : Part::binary;
}

void JournalExportReader::read_binary(std::string_view& chunk) {
  const auto piece = chunk.substr(0, length_);
  keep(piece);
  length_ -= piece.size();
  chunk.remove_prefix(piece.size());
  if (length_ == 0) part_ = Part::binary_end;
}

void JournalExportReader::read_binary_end(std::string_view& chunk) {
  if (chunk.front() != '\n') return fail("a binary field does not end where its length says");
  chunk.remove_prefix(1);
  ++line_;
  part_ = Part::name;
}

std::optional<JournalFields> JournalExportReader::finish() {
  if (std::exchange(delivered_, false)) entry_.clear();
  if (problem_) return std::nullopt;
  if (part_ != Part::name || !name_.empty()) {
    fail("the input breaks off inside of an entry");
    return std::nullopt;
  }
  if (!std::exchange(any_, false)) return std::nullopt;
  delivered_ = true;
  return entry_.fields();
}

}  // namespace ikewatch::syslog
