#include "policy_list.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::doctor {
namespace {

constexpr std::size_t max_policies = 16384;

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> out;
  while (!(line = trim_left(line)).empty()) {
    out.push_back(line.substr(0, line.find_first_of(" \t")));
    line.remove_prefix(out.back().size());
  }
  return out;
}

/// The word behind `key`; empty where it does not stand there.
std::string_view behind(const std::vector<std::string_view>& words, std::string_view key) {
  const auto found = std::find(words.begin(), words.end(), key);
  return found == words.end() || found + 1 == words.end() ? std::string_view{} : found[1];
}

std::optional<Selector> network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = Address::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const int whole = address->is_v4() ? 32 : 128;
  const auto prefix = slash == std::string_view::npos ? std::optional(whole) : to_number<int>(text.substr(slash + 1));
  if (!prefix || *prefix < 0 || *prefix > whole) return std::nullopt;
  Selector out;
  out.network = address;
  out.prefix = *prefix;
  return out;
}

std::optional<Direction> direction_named(std::string_view word) {
  if (word == "in") return Direction::in;
  if (word == "out") return Direction::out;
  if (word == "fwd") return Direction::fwd;
  return std::nullopt;
}

// ip xfrm policy: `src A/n dst B/m [proto P] [sport N] [dport N]`, then indented lines.

bool begin_ip_policy(const std::vector<std::string_view>& words, Policy& policy) {
  const auto source = network(behind(words, "src"));
  const auto destination = network(behind(words, "dst"));
  if (!source || !destination) return false;
  policy.source = *source;
  policy.destination = *destination;
  const int protocol = protocol_number(behind(words, "proto")).value_or(0);
  policy.source.protocol = policy.destination.protocol = protocol;
  policy.source.port = to_number<int>(behind(words, "sport")).value_or(0);
  policy.destination.port = to_number<int>(behind(words, "dport")).value_or(0);
  return true;
}

/// False where the line says that this is no policy of ours.
bool continue_ip_policy(const std::vector<std::string_view>& words, Policy& policy) {
  if (words[0] == "socket") return false;
  if (words[0] == "dir") {
    const auto direction = direction_named(behind(words, "dir"));
    if (direction) policy.direction = *direction;
    const auto action = behind(words, "action");
    policy.ipsec = action.empty() || action == "allow";
    return direction.has_value();
  }
  if (words[0] == "mark" || words[0] == "if_id") policy.marked = true;
  if (words[0] == "tmpl") {
    Template out;
    out.source = Address::parse(behind(words, "src"));
    out.destination = Address::parse(behind(words, "dst"));
    policy.templates.push_back(out);
  }
  if (words[0] == "proto" && !policy.templates.empty()) {
    policy.templates.back().protocol = behind(words, "proto");
    policy.templates.back().tunnel = behind(words, "mode") == "tunnel";
  }
  if (words[0] == "level" && !policy.templates.empty()) policy.templates.back().optional = behind(words, "level") == "use";
  return true;
}

// setkey -DP: `A/n[port] B/m[port] protocol`, then `in prio def ipsec`, then `esp/tunnel/L-R/require` lines.

std::optional<Selector> setkey_selector(std::string_view text) {
  const auto bracket = text.find('[');
  auto out = network(text.substr(0, bracket));
  if (!out || bracket == std::string_view::npos || text.back() != ']') return std::nullopt;
  out->port = to_number<int>(text.substr(bracket + 1, text.size() - bracket - 2)).value_or(0);
  return out;
}

bool begin_setkey_policy(const std::vector<std::string_view>& words, Policy& policy) {
  if (words.size() < 2) return false;
  const auto source = setkey_selector(words[0]);
  const auto destination = setkey_selector(words[1]);
  if (!source || !destination) return false;
  policy.source = *source;
  policy.destination = *destination;
  const auto protocol = words.size() > 2 ? protocol_number(words[2]).value_or(0) : 0;
  policy.source.protocol = policy.destination.protocol = protocol == 255 ? 0 : protocol;  // 255 is how some print `any`
  return true;
}

Template setkey_template(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t i = 0; i < 4; ++i) {
    parts.push_back(text.substr(0, text.find('/')));
    text.remove_prefix(std::min(text.size(), parts.back().size() + 1));
  }
  Template out;
  out.protocol = parts[0];
  out.tunnel = parts[1] == "tunnel";
  const auto dash = parts[2].find('-');
  out.source = Address::parse(parts[2].substr(0, std::min(dash, parts[2].find('['))));
  if (dash != std::string_view::npos) {
    const auto peer = parts[2].substr(dash + 1);
    out.destination = Address::parse(peer.substr(0, peer.find('[')));
  }
  out.optional = parts[3] == "use";
  return out;
}

void continue_setkey_policy(const std::vector<std::string_view>& words, Policy& policy) {
  if (const auto direction = direction_named(words[0])) {
    policy.direction = *direction;
    policy.ipsec = words.back() == "ipsec";
  }
  for (const std::string_view protocol : {"esp/", "ah/", "ipcomp/"}) {
    if (words[0].starts_with(protocol)) policy.templates.push_back(setkey_template(words[0]));
  }
}

class Parser {
 public:
  PolicyList run(std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
      const auto line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      const auto words = words_of(trim_right(line));
      if (!words.empty()) take(words, is_blank(line.front()), number);
    }
    finish();
    return std::move(out_);
  }

 private:
  void take(const std::vector<std::string_view>& words, bool indented, std::size_t number) {
    if (!indented) return begin(words, number);
    if (!now_) return;
    if (!ip_) return continue_setkey_policy(words, *now_);
    if (!continue_ip_policy(words, *now_)) now_.reset();
  }

  void begin(const std::vector<std::string_view>& words, std::size_t number) {
    finish();
    if (words[0].starts_with("(per-socket") || words[0] == "No") return;  // `No SPD entries.`
    ip_ = words[0] == "src";
    Policy fresh;
    fresh.line = number;
    if (!(ip_ ? begin_ip_policy(words, fresh) : begin_setkey_policy(words, fresh))) return void(++out_.not_understood);
    if (out_.policies.size() < max_policies) now_ = std::move(fresh);
  }

  void finish() {
    if (now_) {
      if (now_->templates.empty()) now_->ipsec = false;
      out_.knows_fwd = out_.knows_fwd || ip_ || now_->direction == Direction::fwd;
      out_.policies.push_back(std::move(*now_));
    }
    now_.reset();
  }

  bool ip_ = false;
  std::optional<Policy> now_;
  PolicyList out_;
};

}  // namespace

std::string_view name_of(Direction direction) {
  constexpr std::string_view names[] = {"in", "out", "fwd"};
  return names[static_cast<std::size_t>(direction)];
}

const Template* Policy::tunnel() const {
  const auto found = std::find_if(templates.begin(), templates.end(), [](const Template& one) { return one.tunnel; });
  return found == templates.end() ? nullptr : &*found;
}

PolicyList policies_in(std::string_view text) { return Parser().run(text); }

std::string to_string(const Selector& selector) {
  if (selector.anonymous) return "anonymous";
  if (selector.client) return "clientaddr";
  if (!selector.network) return selector.name;
  std::string out = selector.network->to_string() + '/' + std::to_string(selector.prefix);
  if (selector.port != 0) out += '[' + std::to_string(selector.port) + ']';
  if (selector.protocol != 0) out += " protocol " + std::to_string(selector.protocol);
  return out;
}

}  // namespace ikewatch::doctor
