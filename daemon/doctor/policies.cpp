// The kernel's policies against each other and against racoon.conf: both directions, the ends the right way round, a `remote` for
// each peer and a `sainfo` for each pair of networks.

#include "checks.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::doctor {
namespace {

using rules::Cause;

bool same(const Selector& a, const Selector& b) {
  return a.network == b.network && a.prefix == b.prefix && a.port == b.port && a.protocol == b.protocol;
}

/// The end fits the words of a sainfo. 0 stands for any; what is not compared here (names, ranges, client addresses) may fit.
bool fits(const Selector& sainfo, const Selector& policy) {
  if (sainfo.anonymous || sainfo.client || !sainfo.network) return true;
  const bool port = sainfo.port == 0 || policy.port == 0 || sainfo.port == policy.port;
  const bool protocol = sainfo.protocol == 0 || policy.protocol == 0 || sainfo.protocol == policy.protocol;
  return sainfo.network == policy.network && sainfo.prefix == policy.prefix && port && protocol;
}

class Policies {
 public:
  Policies(Context& context, PolicyList list) : context_(context), list_(std::move(list)) {
    std::erase_if(list_.policies, [](const Policy& policy) { return !policy.ipsec || policy.marked; });
  }

  void check() {
    if (list_.policies.empty()) return check_none();
    {
      const Subject subject(context_, "both directions of the policies");
      for (const Policy& policy : list_.policies) check_pair(policy);
    }
    {
      const Subject subject(context_, "a remote section for the peer of each policy");
      for (const Policy& policy : list_.policies) check_remote(policy);
    }
    {
      const Subject subject(context_, "a sainfo section for each policy");
      for (const Policy& policy : list_.policies) check_sainfo(policy);
    }
    for (const Policy& policy : list_.policies) check_level(policy);
  }

 private:
  void add(Severity severity, std::string_view check, const Policy& policy, std::string what, std::string log, std::string remedy,
           Cause cause) {
    context_.add({severity, check, {"policies", policy.line, 0}, std::move(what), std::move(log), std::move(remedy), cause});
  }

  static std::string words(const Policy& policy) {
    return "dir " + std::string(name_of(policy.direction)) + ' ' + to_string(policy.source) + " -> " +
           to_string(policy.destination);
  }

  /// Without policies nothing is protected, unless peers bring them along.
  void check_none() {
    const auto& remotes = context_.settings.remotes;
    const bool made_later = std::any_of(remotes.begin(), remotes.end(), [](const Remote& remote) {
      return remote.generate_policy || remote.mode_cfg || !remote.scripts.empty();
    });
    if (made_later || remotes.empty()) return;
    context_.add({Severity::warning,
                  "spd-empty",
                  {},
                  "The kernel has no IPsec policy, and no `remote` section makes one: no packet asks for a tunnel.",
                  "as responder: ERROR: no policy found: ...; as initiator nothing at all",
                  "Load them with `setkey -f /etc/ipsec-tools.conf`, or set `generate_policy on;` for peers that bring theirs.",
                  Cause::policy_missing});
  }

  static bool is_reverse(const Policy& a, const Policy& b) {
    if (!same(a.source, b.destination) || !same(a.destination, b.source)) return false;
    const Template* ours = a.tunnel();
    const Template* theirs = b.tunnel();
    if ((ours == nullptr) != (theirs == nullptr)) return false;
    return ours == nullptr || (ours->source == theirs->destination && ours->destination == theirs->source);
  }

  /// The policy of this direction for the same two networks, whatever its ends.
  [[nodiscard]] const Policy* for_networks(const Policy& policy, Direction direction) const {
    const auto found = std::find_if(list_.policies.begin(), list_.policies.end(), [&](const Policy& other) {
      return other.direction == direction && same(policy.source, other.destination) && same(policy.destination, other.source);
    });
    return found == list_.policies.end() ? nullptr : &*found;
  }

  [[nodiscard]] bool has_reverse(const Policy& policy, Direction direction) const {
    return std::any_of(list_.policies.begin(), list_.policies.end(),
                       [&](const Policy& other) { return other.direction == direction && is_reverse(policy, other); });
  }

  void check_pair(const Policy& policy) {
    if (policy.direction == Direction::out) {
      if (is_turned(policy)) return tell_turned(policy);
      if (!has_reverse(policy, Direction::in))
        tell_missing(policy, Direction::in);
      else if (needs_forward(policy) && !has_reverse(policy, Direction::fwd))
        tell_missing(policy, Direction::fwd);
    }
    if (policy.direction == Direction::in && for_networks(policy, Direction::out) == nullptr)
      tell_missing(policy, Direction::out);
  }

  /// An out policy whose tunnel begins at the peer.
  [[nodiscard]] bool is_turned(const Policy& policy) const {
    const Template* tunnel = policy.tunnel();
    if (tunnel == nullptr || !tunnel->source || !tunnel->destination) return false;
    return !context_.is_own(*tunnel->source) && context_.is_own(*tunnel->destination);
  }

  void tell_turned(const Policy& policy) {
    const Template* tunnel = policy.tunnel();
    add(Severity::error, "spd-turned", policy,
        "The tunnel of the policy " + words(policy) + " goes from " + tunnel->source->to_string() + " to " +
            tunnel->destination->to_string() + ", and the latter is this host: its ends are the wrong way round.",
        "nothing, or ERROR: no configuration found for " + tunnel->destination->to_string() + '.',
        "Exchange the two addresses behind `esp/tunnel/`.", Cause::policy_missing);
  }

  void tell_missing(const Policy& policy, Direction wanted) {
    const Policy* near = for_networks(policy, wanted);
    const std::string which =
        "dir " + std::string(name_of(wanted)) + ' ' + to_string(policy.destination) + " -> " + to_string(policy.source);
    const std::string what =
        "The policy " + words(policy) + " has no counterpart " + which +
        (near != nullptr ? " with the same ends of the tunnel (line " + std::to_string(near->line) + " has others)." : ".");
    const bool forward = wanted == Direction::fwd;
    add(wanted == Direction::in ? Severity::error : Severity::warning, forward ? "spd-no-forward" : "spd-one-way", policy, what,
        forward ? "nothing: the tunnel comes up, and the kernel drops what it brings for the network behind this host"
                : "NOTIFY: no in-bound policy found; as responder ERROR: no policy found: ...",
        forward ? "Add the same policy as `in` for `fwd`; setkey adds it by itself, `ip xfrm policy` does not."
                : "Add it; setkey.conf needs both directions.",
        Cause::policy_missing);
  }

  /// Where packets come out of the tunnel for a network behind this host.
  [[nodiscard]] bool needs_forward(const Policy& policy) const {
    if (!list_.knows_fwd || policy.tunnel() == nullptr || !policy.source.network) return false;
    const bool v4 = policy.source.network->is_v4();
    if (policy.source.prefix == (v4 ? 32 : 128)) return false;
    const FileText forwarding =
        context_.disk.read(v4 ? "/proc/sys/net/ipv4/ip_forward" : "/proc/sys/net/ipv6/conf/all/forwarding");
    return forwarding.read() && trim(forwarding.text) == "1";
  }

  static std::optional<Address> peer_of(const Policy& policy) {
    if (policy.direction != Direction::out) return std::nullopt;
    if (const Template* tunnel = policy.tunnel()) return tunnel->destination;
    const bool host = policy.destination.network && policy.destination.prefix == (policy.destination.network->is_v4() ? 32 : 128);
    return host ? policy.destination.network : std::nullopt;
  }

  [[nodiscard]] std::vector<const Remote*> remotes_for(const Address& peer) const {
    std::vector<const Remote*> out;
    for (const Remote& remote : context_.settings.remotes) {
      if (!remote.peer || remote.address == peer) out.push_back(&remote);
    }
    return out;
  }

  void check_remote(const Policy& policy) {
    const auto peer = peer_of(policy);
    if (!peer || peer->is_unspecified() || is_turned(policy) || !remotes_for(*peer).empty()) return;
    add(Severity::warning, "spd-no-remote", policy,
        "The policy " + words(policy) + " leads to " + peer->to_string() + ", for which there is no `remote` section.",
        "ERROR: no configuration found for " + peer->to_string() + '.',
        "Add `remote " + peer->to_string() + "`, unless the kernel has keys for it that were set by hand.",
        Cause::policy_missing);
  }

  /// Of the same remote, by `remoteid`; any where the remote is not known.
  [[nodiscard]] bool belongs(const Sainfo& sainfo, const Policy& policy) const {
    const auto peer = peer_of(policy);
    const auto remotes = peer ? remotes_for(*peer) : std::vector<const Remote*>{};
    if (remotes.empty()) return true;
    return std::any_of(remotes.begin(), remotes.end(), [&](const Remote* remote) { return remote->ph1id == sainfo.remoteid; });
  }

  void check_sainfo(const Policy& policy) {
    if (policy.direction != Direction::out || context_.settings.sainfos.empty() || is_turned(policy)) return;
    bool turned = false;
    for (const Sainfo& sainfo : context_.settings.sainfos) {
      if (sainfo.malformed ||
          (fits(sainfo.local, policy.source) && fits(sainfo.remote, policy.destination) && belongs(sainfo, policy)))
        return;
      turned = turned || (fits(sainfo.local, policy.destination) && fits(sainfo.remote, policy.source));
    }
    add(Severity::error, "spd-no-sainfo", policy,
        "No `sainfo` section fits the policy " + words(policy) + (turned ? "; one has its two ends the other way round." : "."),
        "ERROR: failed to get sainfo.",
        turned ? "Write this end first, the peer's behind it."
               : "Add one for exactly these two networks, or `sainfo anonymous`; a wider one does not fit.",
        Cause::proxy_id_mismatch);
  }

  void check_level(const Policy& policy) {
    const bool optional =
        std::any_of(policy.templates.begin(), policy.templates.end(), [](const Template& one) { return one.optional; });
    const bool only_compression = std::all_of(policy.templates.begin(), policy.templates.end(), [](const Template& one) {
      return !one.optional || one.protocol.find("comp") != std::string::npos;
    });
    if (policy.direction != Direction::out || !optional || only_compression) return;
    add(Severity::hint, "spd-level-use", policy,
        "The policy " + words(policy) + " has the level `use`: while there is no SA, packets leave in the clear.", "",
        "Use `require` or `unique`.", Cause::none);
  }

  Context& context_;
  PolicyList list_;
};

}  // namespace

void check_policies(Context& context) {
  if (!context.inputs.policies) return context.not_looked_at("security policies", context.inputs.why_no_policies);
  PolicyList list = policies_in(*context.inputs.policies);
  if (list.not_understood != 0 && list.policies.empty()) {
    return context.not_looked_at("security policies", "the list is neither of `ip xfrm policy` nor of `setkey -DP`");
  }
  Policies(context, std::move(list)).check();
}

}  // namespace ikewatch::doctor
