#include "opening.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/syslog/header.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace ikewatch::reader {
namespace {

/// racoon's level words (its plog.c) and the openers of Cisco's debug output. "ISAKMP" alone is none: racoon's messages hold
/// "ISAKMP-SA established", which a wrapped line may begin with.
constexpr std::array<std::string_view, 24> spoken_openers{
    "INFO: ",   "ERROR: ", "WARNING: ",    "NOTIFY: ",   "DEBUG: ", "DEBUG2: ", "NOTICE: ", "ISAKMP:",
    "ISAKMP (", "ISAKMP(", "ISAKMP-ERROR", "ISAKMP-PAK", "IKEv2:",  "IKEv2-",   "IKEv2 :",  "IKE:",
    "IPSEC(",   "IPSEC:",  "IPsec:",       "CRYPTO_",    "CRYPTO-", "[IKEv",    "[IKE ",    "Payload contents:"};

bool is_spoken(std::string_view line) {
  return std::any_of(spoken_openers.begin(), spoken_openers.end(), [line](auto opener) { return line.starts_with(opener); });
}

/// racoon's "[192.0.2.1] ERROR: ".
std::string_view behind_bracket(std::string_view line) {
  if (!line.starts_with('[')) return line;
  const auto close = line.substr(0, 64).find("] ");
  return close == line.npos ? line : line.substr(close + 2);
}

/// Words with a colon in the middle of messages, where a wrapper likes to break them.
constexpr std::array<std::string_view, 20> inner_words{"established", "expired",  "negotiation", "failed",   "mismatched",
                                                       "proposed",    "enctype",  "hashtype",    "lifetime", "authmethod",
                                                       "reason",      "identity", "idenitty",    "payload",  "proposal",
                                                       "address",     "message",  "Reason",      "Duration", "Type"};

/// "modprobe: ", "/USR/SBIN/CRON[19179]: ": what stands in front of a message where the stamps were taken off.
Opening program_word(std::string_view line) {
  const auto in_name = [](char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '/'; };
  const auto length = static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), in_name) - line.begin());
  const auto name = line.substr(0, length);
  if (!std::any_of(name.begin(), name.end(), is_lower) && !name.starts_with('/')) return Opening::none;
  line.remove_prefix(length);
  const bool known = std::find(inner_words.begin(), inner_words.end(), name) != inner_words.end();
  if (line.starts_with(": ")) return known ? Opening::none : Opening::named;
  const auto close = line.substr(0, 12).find("]: ");
  const bool pid = line.starts_with('[') && close != line.npos && to_number<unsigned>(line.substr(1, close - 1)).has_value();
  return pid ? Opening::spoken : Opening::none;
}

}  // namespace

bool begins_with_tag(std::string_view line) {
  if (!consume(line, "%")) return false;
  const auto word = line.substr(0, std::min<std::size_t>(line.find_first_of(": \t"), 80));
  for (std::size_t at = word.find('-'); at != word.npos; at = word.find('-', at + 1)) {
    const bool severity = at + 3 < word.size() && word[at + 1] >= '0' && word[at + 1] <= '7' && word[at + 2] == '-';
    if (severity && at > 0 && is_alnum(word[at + 3])) return is_upper(word.front());
  }
  return false;
}

Opening opening_of(std::string_view line) {
  line = trim_left(line);
  if (line.empty()) return Opening::none;
  const auto record = syslog::read_header(line);
  const bool stamped = record.stamp.form != syslog::StampForm::none || !record.tag.empty() || record.priority >= 0;
  if (stamped || begins_with_tag(line)) return Opening::stamped;
  if (is_spoken(behind_bracket(line)) || is_spoken(behind_bracket(record.text)) || !record.pid.empty()) return Opening::spoken;
  return record.program.empty() ? program_word(line) : Opening::named;
}

}  // namespace ikewatch::reader
