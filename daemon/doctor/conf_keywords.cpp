#include "conf.hpp"

#include <algorithm>
#include <array>

namespace ikewatch::doctor {
namespace {

using Names = std::string_view[];

// From racoon.conf(5) of ipsec-tools 0.6 to 0.9 and of NetBSD, obsolete spellings included.
constexpr Names top = {"privsep", "path",   "include",    "pfkey_buffer", "complex_bundle", "log",
                       "padding", "listen", "radiuscfg",  "ldapcfg",      "mode_cfg",       "timer",
                       "sainfo",  "remote", "gss_id_enc", "identifier"};
constexpr Names in_privsep = {"user", "group", "chroot"};
constexpr Names in_listen = {"isakmp", "isakmp_natt", "admin", "adminsock", "strict_address"};
constexpr Names in_padding = {"randomize", "randomize_length", "maximum_length", "strict_check", "exclusive_tail"};
constexpr Names in_timer = {"counter", "interval", "persend", "phase1", "phase2", "natt_keepalive"};
constexpr Names in_mode_cfg = {"network4",    "netmask4",      "dns4",          "nbns4",       "wins4",      "default_domain",
                               "auth_source", "auth_groups",   "group_source",  "conf_source", "accounting", "pool_size",
                               "banner",      "auth_throttle", "split_network", "split_dns",   "pfs_group",  "save_passwd"};
constexpr Names in_sainfo = {"pfs_group",
                             "remoteid",
                             "identifier",
                             "my_identifier",
                             "lifetime",
                             "encryption_algorithm",
                             "authentication_algorithm",
                             "compression_algorithm"};
constexpr Names in_remote = {"remote_address",
                             "exchange_mode",
                             "doi",
                             "situation",
                             "identifier",
                             "my_identifier",
                             "xauth_login",
                             "peers_identifier",
                             "verify_identifier",
                             "certificate_type",
                             "ca_type",
                             "peers_certfile",
                             "verify_cert",
                             "send_cert",
                             "send_cr",
                             "match_empty_cr",
                             "dh_group",
                             "nonce_size",
                             "generate_policy",
                             "support_mip6",
                             "support_proxy",
                             "initial_contact",
                             "nat_traversal",
                             "proposal_check",
                             "keepalive",
                             "passive",
                             "lifetime",
                             "dpd",
                             "dpd_delay",
                             "dpd_retry",
                             "dpd_maxfail",
                             "ph1id",
                             "ike_frag",
                             "esp_frag",
                             "script",
                             "mode_cfg",
                             "weak_phase1_check",
                             "rekey",
                             "proposal"};
constexpr Names in_proposal = {
    "lifetime", "encryption_algorithm", "authentication_method", "hash_algorithm", "dh_group", "gss_id", "gssapi_id"};

struct Scope {
  std::string_view name;
  std::span<const std::string_view> keywords;
};
constexpr std::array scopes = {Scope{"", top},
                               Scope{"privsep", in_privsep},
                               Scope{"listen", in_listen},
                               Scope{"padding", in_padding},
                               Scope{"timer", in_timer},
                               Scope{"mode_cfg", in_mode_cfg},
                               Scope{"sainfo", in_sainfo},
                               Scope{"remote", in_remote},
                               Scope{"proposal", in_proposal}};

}  // namespace

std::span<const std::string_view> keywords_of(std::string_view scope) {
  const auto found = std::find_if(scopes.begin(), scopes.end(), [&](const Scope& known) { return known.name == scope; });
  return found == scopes.end() ? std::span<const std::string_view>{} : found->keywords;
}

bool is_keyword(std::string_view scope, std::string_view word) {
  const auto known = keywords_of(scope);
  return std::find(known.begin(), known.end(), word) != known.end();
}

}  // namespace ikewatch::doctor
