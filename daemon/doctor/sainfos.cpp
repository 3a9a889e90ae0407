// `sainfo` sections by themselves; policies.cpp holds them against the kernel's policies.

#include "checks.hpp"

#include <algorithm>

namespace ikewatch::doctor {
namespace {

using rules::Cause;

bool same(const Selector& a, const Selector& b) {
  return a.anonymous == b.anonymous && a.client == b.client && a.network == b.network && a.prefix == b.prefix &&
         a.port == b.port && a.protocol == b.protocol && (a.network || a.name == b.name);
}

void refuse(Context& context, const Sainfo& sainfo, std::string_view check, std::string what, std::string log,
            std::string remedy) {
  context.add(
      {Severity::error, check, context.at(sainfo.at), std::move(what), std::move(log), std::move(remedy), Cause::config_error});
}

void check_algorithms(Context& context, const Sainfo& sainfo) {
  const std::pair<bool, std::string_view> classes[] = {
      {sainfo.encryption, "encryption"}, {sainfo.authentication, "authentication"}, {sainfo.compression, "compression"}};
  for (const auto& [given, name] : classes) {
    if (given) continue;
    const std::string word(name);
    refuse(context, sainfo, "sainfo-algorithm",
           "This `sainfo` has no `" + word + "_algorithm`, which racoon asks for even where it is not used.",
           "ERROR: no " + word + " algorithm at ...",
           name == "compression" ? "Add `compression_algorithm deflate;`." : "Add it.");
  }
}

void check_twice(Context& context, std::size_t index) {
  const auto& all = context.settings.sainfos;
  const Sainfo& sainfo = all[index];
  if (sainfo.malformed || sainfo.conditional || sainfo.local.anonymous) return;
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(index);
  const auto twin = std::find_if(all.begin(), end, [&](const Sainfo& earlier) {
    return !earlier.conditional && !earlier.malformed && earlier.remoteid == sainfo.remoteid &&
           same(earlier.local, sainfo.local) && same(earlier.remote, sainfo.remote);
  });
  if (twin == end) return;
  refuse(context, sainfo, "sainfo-twice",
         "This `sainfo` is for the same two ends as the one in line " + std::to_string(twin->at.line) + '.',
         "ERROR: duplicated sainfo: ...", "Make them one, or give them different `remoteid`s.");
}

}  // namespace

void check_sainfos(Context& context) {
  const auto& all = context.settings.sainfos;
  if (all.empty()) {
    return context.add({Severity::warning, "sainfo-none", context.disk.place(context.conf.files[0]),
                        "There is no `sainfo` section.", "ERROR: failed to get sainfo.",
                        "Add one for each pair of networks, or `sainfo anonymous`.", Cause::proxy_id_mismatch});
  }
  const Subject subject(context, "sainfo sections");
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].malformed) {
      refuse(context, all[i], "sainfo-syntax", "This `sainfo` does not name two ends as racoon reads them.",
             "ERROR: ... syntax error",
             "Write `sainfo address 10.1.0.0/16 any address 10.2.0.0/16 any`, this end first, each with its protocol, or `sainfo "
             "anonymous`.");
    }
    check_algorithms(context, all[i]);
    check_twice(context, i);
  }
}

}  // namespace ikewatch::doctor
