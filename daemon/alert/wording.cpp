#include "wording.hpp"

#include <ikewatch/alert/template.hpp>
#include <ikewatch/base/address.hpp>
#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::alert {
namespace {

using tunnel::State;

/// Printable, but with its line ends.
std::string clean(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    out.append(at == 0 ? "" : "\n").append(to_printable(text.substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

void put(Texts& texts, std::string name, std::string_view value, std::size_t most = 1024) {
  if (!value.empty()) texts[std::move(name)] = std::string(shortened(clean(value), most));
}

std::string checks_text(const std::vector<std::string>& checks) {
  std::string text;
  for (const auto& check : checks) text += (text.empty() ? "" : "\n") + check;
  return text;
}

std::string_view what_is(const Rule& rule, const TunnelFact& fact) {
  if (rule.when.silent) return "has been silent";
  if (rule.when.flapping) return *rule.when.flapping ? "goes up and down again and again" : "no longer goes up and down";
  switch (fact.state) {
    case State::down:
      return "is down";
    case State::failed:
      return "cannot be established";
    case State::phase1_up:
      return "has an IKE SA but no child SA";
    case State::negotiating:
      return "is being negotiated";
    case State::up:
      return "is up";
    case State::idle:
      return "is idle";
    case State::unknown:
      break;
  }
  return "is in an unknown state";
}

std::string since_text(WallTime since) { return "Since " + to_iso8601(std::chrono::floor<seconds>(since)) + "."; }

void tell_cause(Notice& notice, const TunnelFact& fact) {
  if (fact.cause == rules::Cause::none) return;
  put(notice.annotations, "cause", rules::name_of(fact.cause));
  put(notice.annotations, "side", rules::name_of(fact.side));
  put(notice.annotations, "checks", checks_text(fact.checks), max_checks);
  notice.confidence = rules::name_of(fact.confidence);
}

void tell_tunnel(Notice& notice, const Rule& rule, const TunnelFact& fact) {
  notice.labels["gateway"] = to_printable(fact.name.gateway);
  notice.labels["tunnel"] = to_printable(fact.name.tunnel);
  notice.peer = to_printable(fact.peer);
  notice.state = tunnel::name_of(fact.state);
  std::string summary = "Tunnel " + fact.name.tunnel + " of " + fact.name.gateway + " ";
  summary += what_is(rule, fact);
  if (!fact.summary.empty()) summary += ": " + fact.summary;
  put(notice.annotations, "summary", summary, max_summary);
  const std::string why = fact.explanation.empty() ? "" : " " + fact.explanation;
  put(notice.annotations, "description", since_text(notice.starts_at) + why, max_description);
  tell_cause(notice, fact);
}

void tell_source(Notice& notice, const Rule& rule, const SourceFact& fact) {
  notice.labels["source"] = to_printable(fact.name);
  const auto what = rule.when.silent ? " has gone quiet"
                    : rule.when.gap  ? " lost lines"
                    : fact.up        ? " can be read"
                                     : " cannot be read";
  put(notice.annotations, "summary", "Log source " + fact.name + what, max_summary);
  put(notice.annotations, "description",
      since_text(notice.starts_at) + " What ikewatch says of tunnels in this log may be out of date.");
}

void tell_daemon(Notice& notice, const DaemonFact& fact) {
  const auto component = std::string(name_of(fact.trouble)) + (fact.part.empty() ? "" : ":" + fact.part);
  put(notice.labels, "component", component);
  put(notice.annotations, "summary", "ikewatch: " + (fact.detail.empty() ? component : fact.detail), max_summary);
  put(notice.annotations, "description", since_text(notice.starts_at));
}

void add_user_labels(Notice& notice, const Rule& rule) {
  const auto lookup = fields_of(notice, notice.starts_at);
  const Lookup identity_only = [&](std::string_view name) -> std::optional<std::string> {
    if (std::ranges::find(identity_fields(), name) == identity_fields().end()) return std::nullopt;
    return lookup(name);
  };
  Texts labels;
  for (const auto& [name, text] : rule.labels) put(labels, name, fill(text, identity_only));
  notice.labels.merge(labels);
}

void add_user_annotations(Notice& notice, const Rule& rule) {
  Texts annotations;
  for (const auto& [name, text] : rule.annotations)
    put(annotations, name, fill(text, fields_of(notice, notice.starts_at), Escape::none, {.bytes = max_description}),
        max_description);
  notice.annotations.merge(annotations);
}

void name_it(Notice& notice) {
  const auto labels = identity(notice.labels);
  notice.key = fingerprint(labels);
  notice.id = fingerprint(labels + std::to_string(notice.starts_at.time_since_epoch().count()));
}

/// The fact whose cause most of them share; null where none has one.
const TunnelFact* commonest(const std::vector<const TunnelFact*>& facts) {
  std::array<std::size_t, rules::causes> counts{};
  const TunnelFact* best = nullptr;
  for (const auto* fact : facts) {
    if (fact->cause != rules::Cause::none) ++counts[static_cast<std::size_t>(fact->cause)];
  }
  const auto count = [&](const TunnelFact* fact) { return counts[static_cast<std::size_t>(fact->cause)]; };
  for (const auto* fact : facts) {
    if (fact->cause != rules::Cause::none && (best == nullptr || count(fact) > count(best))) best = fact;
  }
  return best;
}

}  // namespace

Notice make_notice(const Rule& rule, const Subject& subject, std::string_view own_gateway, WallTime since) {
  Notice notice;
  notice.severity = rule.severity;
  notice.starts_at = since;
  notice.labels = {
      {"alertname", rule.name}, {"severity", std::string(name_of(rule.severity))}, {"gateway", std::string(own_gateway)}};
  if (const auto* fact = std::get_if<TunnelFact>(&subject.fact)) tell_tunnel(notice, rule, *fact);
  if (const auto* fact = std::get_if<SourceFact>(&subject.fact)) tell_source(notice, rule, *fact);
  if (const auto* fact = std::get_if<DaemonFact>(&subject.fact)) tell_daemon(notice, *fact);
  add_user_labels(notice, rule);
  name_it(notice);
  add_user_annotations(notice, rule);
  return notice;
}

Notice make_incident(const Rule& rule, const Group& group, WallTime since) {
  Notice notice;
  notice.severity = rule.severity;
  notice.starts_at = since;
  notice.labels = {{"alertname", rule.name},
                   {"severity", std::string(name_of(rule.severity))},
                   {"gateway", to_printable(group.gateway_label)},
                   {"tunnel", "*"},
                   {"incident", group.gateway ? "gateway" : "peer_network"}};
  if (!group.gateway) notice.labels["peer_network"] = group.name;
  add_user_labels(notice, rule);
  name_it(notice);
  return notice;
}

void describe(Notice& incident, const Rule& rule, const Group& group, const std::vector<Member>& members,
              const std::vector<const TunnelFact*>& facts) {
  incident.member_count = members.size();
  incident.members.assign(members.begin(),
                          members.begin() + static_cast<std::ptrdiff_t>(std::min(members.size(), Notice::max_members)));
  const auto over = static_cast<std::size_t>(std::ranges::count_if(members, &Member::over));
  const bool down = !rule.when.state.empty() && !rule.names_cause();
  std::string summary = over == 0 ? std::to_string(members.size())
                                  : std::to_string(members.size() - over) + " of " + std::to_string(members.size());
  summary += (group.gateway ? " tunnels of " : " tunnels to ") + group.name;
  summary += down ? " went down together" : " have the same alert, " + rule.name;
  if (group.gateway) summary += ", none of this gateway is up";
  const auto* fact = commonest(facts);
  if (fact != nullptr && !fact->summary.empty()) summary += "; " + fact->name.tunnel + ": " + fact->summary;
  incident.annotations.clear();
  put(incident.annotations, "summary", summary, max_summary);
  const Lookup lookup = fields_of(incident, incident.starts_at);
  put(incident.annotations, "description", since_text(incident.starts_at) + " Tunnels: " + *lookup("members") + ".",
      max_description);
  if (fact != nullptr) tell_cause(incident, *fact);
  add_user_annotations(incident, rule);
}

std::string network_of(std::string_view peer, unsigned v4_bits, unsigned v6_bits) {
  const auto address = Address::parse(peer);
  if (!address) return {};
  const unsigned bits = address->is_v4() ? v4_bits : v6_bits;
  auto bytes = address->bytes();
  std::string text;
  for (unsigned i = 0; i < bytes.size(); ++i) {
    const unsigned keep = std::clamp(static_cast<int>(bits) - static_cast<int>(i * 8), 0, 8);
    bytes[i] &= static_cast<std::uint8_t>(0xffU << (8 - keep));
  }
  if (address->is_v4()) {
    for (unsigned i = 0; i < 4; ++i) text += (i == 0 ? "" : ".") + std::to_string(bytes[i]);
  } else {
    for (unsigned i = 0; i < 16; i += 2) {
      static constexpr std::string_view hex = "0123456789abcdef";
      if (i > 0) text += ':';
      for (const unsigned byte : {bytes[i], bytes[i + 1]}) text.append({hex[byte >> 4U], hex[byte & 15U]});
    }
    text = Address::parse(text)->to_string();
  }
  return text + "/" + std::to_string(bits);
}

}  // namespace ikewatch::alert
