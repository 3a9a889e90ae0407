#include "kind.hpp"

#include <ikewatch/base/text.hpp>

#include <array>

namespace ikewatch::reader {
namespace {

using namespace std::string_view_literals;

struct Foreign {
  std::string_view magic;
  std::string_view remedy;
};

constexpr std::array foreign_kinds{
    Foreign{"\xfd"
            "7zXZ\0"sv,
            "this is packed with xz: `xz -dc FILE | ikewatch explain -`"},
    Foreign{"\x28\xb5\x2f\xfd"sv, "this is packed with zstd: `zstd -dc FILE | ikewatch explain -`"},
    Foreign{"BZh"sv, "this is packed with bzip2: `bzip2 -dc FILE | ikewatch explain -`"},
    Foreign{"PK\x03\x04"sv, "this is a zip archive: `unzip -p FILE | ikewatch explain -`"},
    Foreign{"LPKSHHRH"sv, "this is a journal file: `journalctl --file FILE -o export | ikewatch explain -`"},
};

bool is_journal_json(std::string_view head) {
  consume(head, "data: ");  // journalctl -o json-sse
  consume(head, "\x1e");    // journalctl -o json-seq
  // Of json-pretty the whole first object.
  const auto line = head.substr(0, head.starts_with("{\n\t\"") ? head.find("\n}") : head.find('\n'));
  if (!line.starts_with('{')) return false;
  // syslog-ng's JSON has a MESSAGE as well, and names for the rest that the journal does not have.
  const bool others = line.find("\"PROGRAM\"") != line.npos || line.find("\"HOST\"") != line.npos;
  return line.find("\"__REALTIME_TIMESTAMP\"") != line.npos || (line.find("\"MESSAGE\"") != line.npos && !others);
}

}  // namespace

bool is_gzip(std::string_view head) { return head.starts_with("\x1f\x8b"); }

std::string_view how_to_convert(std::string_view head) {
  for (const auto& kind : foreign_kinds) {
    if (head.starts_with(kind.magic)) return kind.remedy;
  }
  return {};
}

std::optional<ByteOrder> utf16_order(std::string_view head) {
  if (head.starts_with("\xff\xfe")) return ByteOrder::little;
  if (head.starts_with("\xfe\xff")) return ByteOrder::big;
  // Without a mark: ASCII has every other byte zero.
  if (head.size() < 4 || head[0] == head[1]) return std::nullopt;
  if (head[1] == '\0' && head[3] == '\0' && head[0] != '\0' && head[2] != '\0') return ByteOrder::little;
  if (head[0] == '\0' && head[2] == '\0' && head[1] != '\0' && head[3] != '\0') return ByteOrder::big;
  return std::nullopt;
}

std::size_t mark_length(std::string_view head) { return head.starts_with("\xef\xbb\xbf") ? 3 : 0; }

Format format_of(std::string_view head) {
  while (!head.empty() && (is_blank(head.front()) || head.front() == '\n' || head.front() == '\r')) head.remove_prefix(1);
  if (is_journal_json(head)) return Format::journal_json;
  const bool entry = head.starts_with("__CURSOR=") || head.starts_with("__REALTIME_TIMESTAMP=");
  return entry ? Format::journal_export : Format::text;
}

LineEnds line_ends_of(std::string_view head) {
  if (head.find('\r') == head.npos) return {};
  if (head.find('\n') == head.npos) return {'\r', true};
  LineEnds ends;
  for (std::size_t at = head.find('\r'); at != head.npos && !ends.inner_cr; at = head.find('\r', at)) {
    at = head.find_first_not_of('\r', at);
    ends.inner_cr = at != head.npos && head[at] != '\n';
  }
  return ends;
}

}  // namespace ikewatch::reader
