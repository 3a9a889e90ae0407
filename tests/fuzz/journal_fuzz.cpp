// The journal's two formats for export: the same entries however the bytes are cut, no field longer than the limit, a place for
// what is wrong.
#include "target.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/syslog/journal.hpp>

#include <algorithm>

namespace ikewatch::fuzz {
namespace {

constexpr std::size_t longest_field = 64;

void append(std::string& all, const syslog::JournalFields& fields) {
  for (const auto field :
       {fields.message, fields.identifier, fields.unit, fields.hostname, fields.pid, fields.priority, fields.facility}) {
    must(field.size() <= longest_field, "a field is within the limit");
    all.append(field) += '\0';
  }
  const auto record = syslog::record_from_journal(fields);
  must(record.priority >= -1 && record.priority <= 191, "a priority is in the range of RFC 5424");
  must(is_within(record.text, fields.message), "the text is a piece of the message");
  if (const auto time = syslog::journal_time(fields)) all += to_iso8601(*time);
  all += '\n';
}

std::string read_export(const std::vector<std::string_view>& chunks) {
  std::string all;
  syslog::JournalExportReader reader(longest_field);
  for (std::string_view chunk : chunks) {
    while (const auto fields = reader.next(chunk)) append(all, *fields);
    must(chunk.empty() || reader.problem(), "a chunk is used up, or something is wrong");
  }
  if (const auto fields = reader.finish()) append(all, *fields);
  if (reader.problem()) all += to_string(*reader.problem());
  return all + std::to_string(reader.cut_fields());
}

void read_json(std::string_view bytes) {
  syslog::JournalJsonReader reader(longest_field);
  std::string all;
  while (!bytes.empty()) {
    const auto line = bytes.substr(0, bytes.find('\n'));
    if (const auto fields = reader.read(line)) {
      append(all, *fields);
    } else {
      must(is_printable(to_string(fields.error())), "a problem is printable");
    }
    bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
  }
}

}  // namespace

void take(std::string_view bytes) {
  const std::string whole = read_export(pieces(bytes, 0));
  for (std::size_t cutting = 1; cutting < cuttings; ++cutting) {
    must(read_export(pieces(bytes, cutting)) == whole, "the entries do not depend on the chunks");
  }
  read_json(bytes);
}

}  // namespace ikewatch::fuzz
