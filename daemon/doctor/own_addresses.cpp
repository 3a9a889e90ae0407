#include "checks.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::doctor {
namespace {

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

/// `|-- 192.0.2.1` and, behind it, `/32 host LOCAL`.
void add_v4(std::string_view trie, std::vector<Address>& out) {
  std::optional<Address> last;
  while (!trie.empty()) {
    auto line = trim(take_line(trie));
    if (consume(line, "|-- ")) last = Address::parse(line);
    if (line == "/32 host LOCAL" && last) out.push_back(*last);
  }
}

/// 32 hexadecimal digits at the beginning of each line.
void add_v6(std::string_view table, std::vector<Address>& out) {
  while (!table.empty()) {
    const auto line = take_line(table);
    if (line.size() < 32) continue;
    std::string text;
    for (std::size_t i = 0; i < 32; i += 4) text.append(i == 0 ? "" : ":").append(line.substr(i, 4));
    if (const auto address = Address::parse(text)) out.push_back(*address);
  }
}

}  // namespace

std::vector<Address> own_addresses(const Files& disk) {
  std::vector<Address> out;
  add_v4(disk.read("/proc/net/fib_trie").text, out);
  add_v6(disk.read("/proc/net/if_inet6").text, out);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool Context::is_own(const Address& address) const {
  return std::binary_search(own_addresses.begin(), own_addresses.end(), address);
}

}  // namespace ikewatch::doctor
