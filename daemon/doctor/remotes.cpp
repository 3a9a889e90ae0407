// `remote` sections: what 0.8 asks of each, and identifiers that cannot work.

#include "checks.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::doctor {
namespace {

using rules::Cause;

std::string heading(const Remote& remote) { return "remote " + remote.name; }

void refuse(Context& context, At at, std::string_view check, std::string what, std::string log, std::string remedy) {
  context.add({Severity::error, check, context.at(at), std::move(what), std::move(log), std::move(remedy), Cause::config_error});
}

void check_address(Context& context, const Remote& remote) {
  if (!remote.peer) return;
  const std::string_view text = std::string_view(*remote.peer).substr(0, remote.peer->find('%'));
  if (Address::parse(text)) return;
  refuse(context, remote.at, "remote-address", "`" + heading(remote) + "`: " + *remote.peer + " is no address.",
         "ERROR: ... \"" + *remote.peer + "\" syntax error", "Write an address, a name in quotes, or `anonymous`.");
}

void check_required(Context& context, const Remote& remote) {
  if (remote.unknown_parent) {
    return refuse(context, remote.unknown_parent->at, "remote-parent",
                  "`" + heading(remote) + "` inherits from " + remote.unknown_parent->text + ", which stands nowhere before it.",
                  "ERROR: failed to get remoteconf for " + remote.unknown_parent->text,
                  "Put the parent first, or spell it as it stands there.");
  }
  if (remote.misplaced_dh_group) {
    refuse(context, *remote.misplaced_dh_group, "remote-dh-group",
           "`dh_group` stands in `" + heading(remote) + "`, outside a proposal.", "ERROR: dh_group cannot be defined here.",
           "Move it into each `proposal`.");
  }
  if (remote.modes.empty()) {
    refuse(context, remote.at, "remote-mode", "`" + heading(remote) + "` has no `exchange_mode`.",
           "ERROR: no exchange mode specified.", "Add `exchange_mode main;`.");
  }
  if (remote.proposals.empty()) {
    refuse(context, remote.at, "remote-proposal", "`" + heading(remote) + "` has no `proposal`.",
           "ERROR: no remote specification found", "Add a `proposal` with the four parameters that you agreed on with the peer.");
  }
}

void check_proposal(Context& context, const Remote& remote, const Proposal& proposal) {
  const std::pair<const std::string&, std::pair<std::string_view, std::string_view>> items[] = {
      {proposal.encryption, {"encryption_algorithm", "ERROR: encryption algorithm required."}},
      {proposal.hash, {"hash_algorithm", "ERROR: hash algorithm required."}},
      {proposal.method, {"authentication_method", "ERROR: authentication method required."}},
      {proposal.dh_group, {"dh_group", "ERROR: DH group required."}}};
  for (const auto& [value, words] : items) {
    if (!value.empty()) continue;
    refuse(context, proposal.at, "proposal-item",
           "A proposal of `" + heading(remote) + "` has no `" + std::string(words.first) + "`.", std::string(words.second),
           "Add it.");
  }
}

/// The number of a group, so that `modp1024` and `2` are the same (RFC 2409 section 6, RFC 3526).
int group_number(std::string_view text) {
  constexpr std::pair<std::string_view, int> names[] = {{"modp768", 1},   {"modp1024", 2},  {"modp1536", 5},  {"modp2048", 14},
                                                        {"modp3072", 15}, {"modp4096", 16}, {"modp6144", 17}, {"modp8192", 18}};
  for (const auto& [name, number] : names) {
    if (text == name) return number;
  }
  return to_number<int>(text).value_or(0);
}

void check_groups(Context& context, const Remote& remote) {
  if (!remote.allows("aggressive")) return;
  for (const Proposal& proposal : remote.proposals) {
    if (proposal.dh_group.empty() || group_number(proposal.dh_group) == group_number(remote.proposals.front().dh_group)) continue;
    return refuse(context, proposal.at, "proposal-groups",
                  "`" + heading(remote) + "` allows aggressive mode, and its proposals have different DH groups.",
                  "ERROR: DH group must be equal in all proposals when aggressive mode is used.",
                  "Use one `dh_group` in all of them.");
  }
}

void check_asn1dn(Context& context, const Remote& remote) {
  if (!remote.mine || remote.mine->type != "asn1dn" || remote.mine->value || remote.own) return;
  refuse(context, remote.mine->at, "identifier-no-certificate",
         "`my_identifier asn1dn` without a name takes it from the certificate, and `" + heading(remote) + "` has none.",
         "ERROR: ASN1 ID not specified and no CERT defined!", "Add `certificate_type x509`, or write the name.");
}

bool is_psk_in_main_mode_only(const Remote& remote) {
  const bool only_main = remote.modes.size() == 1 && remote.modes[0] == "main";
  const bool only_psk = std::all_of(remote.proposals.begin(), remote.proposals.end(),
                                    [](const Proposal& proposal) { return proposal.method == "pre_shared_key"; });
  return only_main && only_psk && !remote.proposals.empty();
}

/// With a pre-shared key in main mode the key is chosen before the identity is known, so that only an address works.
void check_identity_in_main_mode(Context& context, const Remote& remote) {
  if (!is_psk_in_main_mode_only(remote)) return;
  if (remote.mine && remote.mine->type != "address") {
    context.add({Severity::warning, "identifier-main-mode", context.at(remote.mine->at),
                 "`my_identifier " + remote.mine->type + "` in `" + heading(remote) +
                     "`: with a pre-shared key in main mode a racoon at the other end takes an address only.",
                 "at the peer: ERROR: Expecting IP address type in main mode",
                 "Leave `my_identifier` out, or use aggressive mode.", Cause::id_mismatch});
  }
  const bool address =
      std::any_of(remote.peers.begin(), remote.peers.end(), [](const Identifier& id) { return id.type == "address"; });
  if (!remote.verify_identifier || remote.peers.empty() || address) return;
  context.add({Severity::error, "identifier-main-mode", context.at(remote.peers[0].at),
               "`peers_identifier " + remote.peers[0].type + "` with `verify_identifier on` in `" + heading(remote) +
                   "`: with a pre-shared key in main mode racoon takes an address only.",
               "ERROR: Expecting IP address type in main mode", "Leave `peers_identifier` out, or use aggressive mode.",
               Cause::id_mismatch});
}

void check_remote(Context& context, const Remote& remote) {
  check_address(context, remote);
  check_required(context, remote);
  if (!remote.inherited_proposals) {
    for (const Proposal& proposal : remote.proposals) check_proposal(context, remote, proposal);
  }
  check_groups(context, remote);
  check_asn1dn(context, remote);
  check_identity_in_main_mode(context, remote);
}

bool compete(const Remote& a, const Remote& b) {
  const bool same_peer = a.anonymous == b.anonymous && a.peer == b.peer && a.port == b.port && (a.anonymous || a.peer);
  const bool same_mode = std::any_of(a.modes.begin(), a.modes.end(), [&](const std::string& mode) { return b.allows(mode); });
  return same_peer && same_mode && a.ph1id == b.ph1id && !(a.verify_identifier && b.verify_identifier);
}

void check_twins(Context& context) {
  const auto& remotes = context.settings.remotes;
  for (std::size_t i = 1; i < remotes.size(); ++i) {
    const auto twin = std::find_if(remotes.begin(), remotes.begin() + static_cast<std::ptrdiff_t>(i),
                                   [&](const Remote& earlier) { return compete(earlier, remotes[i]); });
    if (twin == remotes.begin() + static_cast<std::ptrdiff_t>(i)) continue;
    context.add({Severity::hint, "remote-twice", context.at(remotes[i].at),
                 "`" + heading(remotes[i]) + "` is for the same peers and modes as the section in line " +
                     std::to_string(twin->at.line) +
                     "; only their proposals tell racoon which one to use, and as initiator it cannot choose.",
                 "ERROR: multiple exact configurations.",
                 "Make them one, or tell them apart by identifiers with `verify_identifier on`.", Cause::config_error});
  }
}

}  // namespace

void check_remotes(Context& context) {
  if (context.settings.remotes.empty()) {
    return context.add({Severity::warning, "remote-none", context.disk.place(context.conf.files[0]),
                        "There is no `remote` section.", "[...] ERROR: no configuration found for ...",
                        "Add one for each peer, or `remote anonymous`.", Cause::policy_missing});
  }
  const Subject subject(context, "remote sections");
  for (const Remote& remote : context.settings.remotes) check_remote(context, remote);
  check_twins(context);
}

}  // namespace ikewatch::doctor
