// The `listen` section: addresses that this host has, and a door for NAT traversal.

#include "checks.hpp"

#include <algorithm>

namespace ikewatch::doctor {
namespace {

using rules::Cause;

void check_address(Context& context, const Listen& listen) {
  const auto address = Address::parse(listen.address.text);
  if (!address || address->is_unspecified() || context.is_own(*address)) return;
  const bool strict = context.settings.strict_address;
  context.add(
      {strict ? Severity::error : Severity::warning, "listen-address", context.at(listen.address.at),
       "racoon is to listen on " + listen.address.text + ", which is no address of this host.",
       strict ? "ERROR: failed to bind to address " + listen.address.text + "; racoon ends"
              : "0.8: nothing, and no `used as isakmp port`; before: ERROR: failed to bind to address " + listen.address.text,
       "Correct the address, or bring its interface up.", Cause::config_error});
}

void check_natt(Context& context) {
  const Settings& settings = context.settings;
  const auto wants =
      std::find_if(settings.remotes.begin(), settings.remotes.end(), [](const Remote& remote) { return remote.nat_traversal; });
  const bool door = std::any_of(settings.listen.begin(), settings.listen.end(), [](const Listen& listen) { return listen.natt; });
  if (wants == settings.remotes.end() || door) return;
  context.add({Severity::warning, "listen-no-natt", context.at(settings.listen.front().address.at),
               "`remote " + wants->name +
                   "` has NAT traversal on, and the `listen` section has no `isakmp_natt`: port 4500 stays closed.",
               "no line `used for NAT-T`", "Add `isakmp_natt " + settings.listen.front().address.text + " [4500];`.",
               Cause::nat_traversal});
}

}  // namespace

void check_listening(Context& context) {
  if (!context.settings.listens) return;
  if (context.own_addresses.empty()) {
    context.not_looked_at("addresses of `listen`", "/proc/net/fib_trie and /proc/net/if_inet6 do not tell this host's addresses");
  } else {
    const Subject subject(context, "addresses of `listen`");
    for (const Listen& listen : context.settings.listen) check_address(context, listen);
  }
  const Subject subject(context, "ports for NAT traversal");
  check_natt(context);
}

}  // namespace ikewatch::doctor
