#include "settings.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::doctor {
namespace {

using namespace std::string_view_literals;

/// `[500]`.
std::optional<int> port_in(std::string_view text) {
  if (text.size() < 3 || text.front() != '[' || text.back() != ']') return std::nullopt;
  return to_number<int>(text.substr(1, text.size() - 2));
}

bool is_on(const Statement& statement) { return statement.word(1) == "on" || statement.word(1) == "force"; }

Word word_at(const Statement& statement, std::size_t index) {
  return index < statement.words.size() ? statement.words[index] : Word{{}, false, statement.at};
}

Identifier identifier_of(const Statement& statement) {
  Identifier out;
  out.at = statement.at;
  out.type = statement.word(1);
  std::size_t next = 2;
  if (statement.word(2) == "tag" || statement.word(2) == "file") out.qualifier = statement.word(next++);
  if (next < statement.words.size()) out.value = statement.words[next].text;
  return out;
}

std::vector<std::string> modes_of(const Statement& statement) {
  std::vector<std::string> out;
  for (std::size_t i = 1; i < statement.words.size(); ++i) {
    if (statement.word(i) != ",") out.emplace_back(statement.word(i));
  }
  return out;
}

OwnCertificate certificate_of(const Statement& statement) {
  OwnCertificate out{statement.word(1) == "x509", word_at(statement, 2), std::nullopt};
  if (statement.words.size() > 3) out.key = statement.words[3];
  return out;
}

Proposal proposal_of(const Statement& statement) {
  Proposal out;
  out.at = statement.at;
  for (const Statement& line : statement.block) {
    const std::string value(line.word(1));
    if (line.word(0) == "encryption_algorithm") out.encryption = value;
    if (line.word(0) == "hash_algorithm") out.hash = value;
    if (line.word(0) == "authentication_method") out.method = value;
    if (line.word(0) == "dh_group") out.dh_group = value;
  }
  return out;
}

void apply_peer_certificate(Remote& remote, const Statement& line) {
  if (line.word(1) == "dnssec" || line.word(1) == "plain_rsa") {
    remote.peers_key_elsewhere = true;
  } else {
    remote.peers_certfile = word_at(line, line.word(1) == "x509" ? 2 : 1);
  }
}

/// What concerns who is who.
void apply_identity(Remote& remote, const Statement& line) {
  const auto what = line.word(0);
  if (what == "my_identifier") remote.mine = identifier_of(line);
  if (what == "peers_identifier") remote.peers.push_back(identifier_of(line));
  if (what == "verify_identifier") remote.verify_identifier = is_on(line);
  if (what == "xauth_login") remote.xauth_login = line.word(1);
  if (what == "certificate_type") remote.own = certificate_of(line);
  if (what == "peers_certfile") apply_peer_certificate(remote, line);
  if (what == "ca_type") remote.ca_file = word_at(line, 2);
  if (what == "verify_cert") {
    remote.verify_cert = is_on(line);
    remote.verify_cert_at = line.at;
  }
}

void apply(Remote& remote, const Statement& line) {
  const auto what = line.word(0);
  if (what == "remote_address") remote.peer = line.word(1);
  if (what == "exchange_mode") remote.modes = modes_of(line);
  if (what == "generate_policy") remote.generate_policy = is_on(line) || line.word(1) == "unique" || line.word(1) == "require";
  if (what == "nat_traversal") remote.nat_traversal = is_on(line);
  if (what == "mode_cfg") remote.mode_cfg = is_on(line);
  if (what == "ph1id") remote.ph1id = to_number<std::uint32_t>(line.word(1)).value_or(0);
  if (what == "script") remote.scripts.push_back(word_at(line, 1));
  if (what == "dh_group") remote.misplaced_dh_group = line.at;
  apply_identity(remote, line);
}

/// Everything but the proposals is taken from the parent, and these too where the section has none of its own.
Remote inherited(const Settings& settings, const Statement& statement, std::size_t word) {
  const auto parent = statement.word(word + 1);
  const auto found =
      std::find_if(settings.remotes.rbegin(), settings.remotes.rend(), [&](const Remote& known) { return known.name == parent; });
  Remote out;
  if (found != settings.remotes.rend()) out = *found;
  if (found == settings.remotes.rend()) out.unknown_parent = word_at(statement, word + 1);
  out.misplaced_dh_group.reset();
  return out;
}

Remote remote_of(const Settings& settings, const Statement& statement) {
  Remote out;
  for (std::size_t i = 2; i < statement.words.size(); ++i) {
    if (statement.word(i) == "inherit") out = inherited(settings, statement, i);
  }
  out.at = statement.at;
  out.name = statement.word(1);
  out.port = port_in(statement.word(2)).value_or(500);
  const bool quoted = word_at(statement, 1).quoted;
  out.anonymous = !quoted && out.name == "anonymous";
  if (out.anonymous) out.peer.reset();
  if (!quoted && !out.anonymous) out.peer = out.name;
  std::vector<Proposal> proposals;
  for (const Statement& line : statement.block) {
    if (line.word(0) == "proposal" && line.has_block) proposals.push_back(proposal_of(line));
    if (line.word(0) != "proposal") apply(out, line);
  }
  out.inherited_proposals = proposals.empty();
  if (!proposals.empty()) out.proposals = std::move(proposals);
  out.address = out.peer ? Address::parse(*out.peer) : std::nullopt;
  return out;
}

Sainfo sainfo_of(const Statement& statement) {
  Sainfo out;
  out.at = statement.at;
  std::span<const Word> words = std::span(statement.words).subspan(1);
  const auto local = selector_of(words);
  auto remote = selector_of(words);
  if (!remote && local && local->anonymous) remote = local;  // `sainfo anonymous` is both ends
  out.malformed = !local || !remote;
  if (local) out.local = *local;
  if (remote) out.remote = *remote;
  out.conditional = !words.empty() && (words[0].text == "from" || words[0].text == "group");
  out.malformed = out.malformed || (!words.empty() && !out.conditional);
  for (const Statement& line : statement.block) {
    if (line.word(0) == "encryption_algorithm") out.encryption = true;
    if (line.word(0) == "authentication_algorithm") out.authentication = true;
    if (line.word(0) == "compression_algorithm") out.compression = true;
    if (line.word(0) == "remoteid") out.remoteid = to_number<std::uint32_t>(line.word(1)).value_or(0);
  }
  return out;
}

/// Without another user than root, racoon keeps its privileges, and `privsep` changes nothing.
bool gives_up_root(const Statement& statement) {
  return std::any_of(statement.block.begin(), statement.block.end(), [](const Statement& line) {
    return line.word(0) == "user" && line.word(1) != "root" && line.word(1) != "0";
  });
}

void apply_path(Settings& settings, const Statement& statement) {
  if (statement.word(1) == "pre_shared_key") settings.psk_file = word_at(statement, 2);
  if (statement.word(1) == "certificate") settings.certificates = word_at(statement, 2);
  if (statement.word(1) == "script") settings.scripts = word_at(statement, 2);
}

void apply_listen(Settings& settings, const Statement& statement) {
  for (const Statement& line : statement.block) {
    if (line.word(0) == "strict_address") settings.strict_address = true;
    if (line.word(0) != "isakmp" && line.word(0) != "isakmp_natt") continue;
    const bool natt = line.word(0) == "isakmp_natt";
    settings.listens = true;
    settings.listen.push_back({word_at(line, 1), port_in(line.word(2)).value_or(500), natt});
  }
}

void apply_timers(Settings& settings, const Statement& statement) {
  for (const Statement& line : statement.block) {
    const auto value = to_number<std::uint64_t>(line.word(1));
    if (value) settings.timers.push_back({std::string(line.word(0)), *value, line.at});
  }
}

}  // namespace

bool Remote::allows(std::string_view mode) const { return std::find(modes.begin(), modes.end(), mode) != modes.end(); }

bool Remote::uses_psk() const {
  return std::any_of(proposals.begin(), proposals.end(), [](const Proposal& proposal) {
    return proposal.method == "pre_shared_key" || proposal.method.starts_with("xauth_psk_");
  });
}

bool Remote::signs() const {
  return std::any_of(proposals.begin(), proposals.end(), [](const Proposal& proposal) {
    return proposal.method == "rsasig" || proposal.method.starts_with("xauth_rsa_") || proposal.method == "hybrid_rsa_server";
  });
}

bool Remote::verifies() const {
  return std::any_of(proposals.begin(), proposals.end(), [](const Proposal& proposal) {
    return proposal.method == "rsasig" || proposal.method.starts_with("xauth_rsa_") || proposal.method == "hybrid_rsa_client";
  });
}

std::optional<int> protocol_number(std::string_view text) {
  // IANA protocol numbers, under the names that racoon and ip(8) use.
  constexpr std::pair<std::string_view, int> names[] = {
      {"any", 0},    {"icmp", 1},       {"tcp", 6},      {"udp", 17},   {"gre", 47},   {"esp", 50}, {"ah", 51},
      {"icmp6", 58}, {"ipv6-icmp", 58}, {"ipcomp", 108}, {"comp", 108}, {"sctp", 132}, {"ip4", 4},  {"ipencap", 4}};
  for (const auto& [name, number] : names) {
    if (text == name) return number;
  }
  return to_number<int>(text);
}

std::optional<Selector> selector_of(std::span<const Word>& words) {
  if (words.empty()) return std::nullopt;
  Selector out;
  const std::string& type = words[0].text;
  if (type == "anonymous" || type == "clientaddr") {
    (type == "anonymous" ? out.anonymous : out.client) = true;
    words = words.subspan(1);
    return out;
  }
  constexpr std::string_view types[] = {"address", "subnet", "fqdn", "user_fqdn", "keyid", "asn1dn"};
  if (words.size() < 2 || std::find(std::begin(types), std::end(types), type) == std::end(types)) return std::nullopt;
  const Word value = words[1];
  words = words.subspan(2);
  out.name = type + ' ' + value.text;
  if (value.quoted) return out;
  const auto slash = value.text.find('/');
  const auto address = Address::parse(std::string_view(value.text).substr(0, slash));
  std::string_view length = slash == std::string::npos ? ""sv : std::string_view(value.text).substr(slash);
  if (length.empty() && !words.empty() && words[0].text.starts_with('/')) {
    length = words[0].text;
    words = words.subspan(1);
  }
  if (!words.empty() && words[0].text.starts_with('[')) {
    out.port = port_in(words[0].text).value_or(0);
    words = words.subspan(1);
  }
  const auto protocol = words.empty() ? std::nullopt : protocol_number(words[0].text);
  if (!protocol) return std::nullopt;  // racoon asks for it: `any`, tcp, udp ...
  words = words.subspan(1);
  out.protocol = *protocol;
  if (!address) return out;  // a range
  const int whole = address->is_v4() ? 32 : 128;
  const auto prefix = length.empty() ? std::optional(whole) : to_number<int>(length.substr(1));
  if (!prefix || *prefix < 0 || *prefix > whole) return std::nullopt;
  out.network = address;
  out.prefix = *prefix;
  return out;
}

Settings settings_of(const Conf& conf) {
  Settings out;
  for (const Statement& statement : conf.statements) {
    const auto what = statement.word(0);
    if (what == "path") apply_path(out, statement);
    if (what == "log") out.log_levels.push_back(word_at(statement, 1));
    if (what == "privsep") out.privsep = gives_up_root(statement);
    if (what == "listen") apply_listen(out, statement);
    if (what == "timer") apply_timers(out, statement);
    if ((what == "remote" ? out.remotes.size() : out.sainfos.size()) >= max_sections) {
      out.too_many_sections = true;
      continue;
    }
    if (what == "remote") out.remotes.push_back(remote_of(out, statement));
    if (what == "sainfo") out.sainfos.push_back(sainfo_of(statement));
  }
  return out;
}

}  // namespace ikewatch::doctor
