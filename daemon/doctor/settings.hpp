// What racoon.conf sets, as far as the checks ask. Role: statements -> remotes, sainfos, paths; `inherit` is resolved. Ownership:
// values. Threads: pure.
#pragma once

#include "conf.hpp"

#include <ikewatch/base/address.hpp>

#include <optional>

namespace ikewatch::doctor {

inline constexpr std::size_t max_sections = 4096;  // of either kind; what compares them with each other stays quick

struct Identifier {
  std::string type;       // address, fqdn, user_fqdn, keyid, asn1dn
  std::string qualifier;  // of a keyid: tag, file or nothing
  std::optional<std::string> value;
  At at;
};

struct Proposal {
  At at;
  std::string encryption, hash, method, dh_group;  // empty: not given
};

struct OwnCertificate {
  bool x509 = true;  // else plain_rsa
  Word file;
  std::optional<Word> key;
};

struct Remote {
  At at;
  std::string name;  // as it stands in the file: an address, a quoted name or `anonymous`
  bool anonymous = false;
  std::optional<std::string> peer;  // the address of the peer, as text with its scope; nothing: any peer
  int port = 500;
  std::optional<Address> address;  // `peer`, where it can be read
  std::optional<Word> unknown_parent;
  std::vector<std::string> modes;
  std::optional<Identifier> mine;
  std::vector<Identifier> peers;
  std::string xauth_login;
  bool verify_identifier = false;
  bool verify_cert = true;
  At verify_cert_at;
  bool generate_policy = false;
  bool nat_traversal = false;
  bool mode_cfg = false;
  std::uint32_t ph1id = 0;
  std::optional<OwnCertificate> own;
  std::optional<Word> peers_certfile;  // an X.509 file
  bool peers_key_elsewhere = false;    // from DNS, or a plain RSA key
  std::optional<Word> ca_file;
  std::vector<Proposal> proposals;
  bool inherited_proposals = false;
  std::vector<Word> scripts;
  std::optional<At> misplaced_dh_group;

  [[nodiscard]] bool allows(std::string_view mode) const;
  /// By a pre-shared key, alone or before XAUTH.
  [[nodiscard]] bool uses_psk() const;
  /// By an RSA signature of this end.
  [[nodiscard]] bool signs() const;
  /// The peer proves itself by a certificate.
  [[nodiscard]] bool verifies() const;
};

/// One end of a sainfo or of a policy.
struct Selector {
  bool anonymous = false;
  bool client = false;  // `clientaddr`
  std::optional<Address> network;
  int prefix = 0;
  int port = 0;      // 0: any
  int protocol = 0;  // IANA number; 0: any
  std::string name;  // an identifier that is no address, or a range: compared by nobody here
};

struct Sainfo {
  At at;
  Selector local;
  Selector remote;
  bool conditional = false;  // `from` or `group`
  std::uint32_t remoteid = 0;
  bool malformed = false;
  bool encryption = false, authentication = false, compression = false;
};

struct Listen {
  Word address;
  int port = 500;
  bool natt = false;
};

struct Timer {
  std::string name;
  std::uint64_t value = 0;
  At at;
};

struct Settings {
  std::optional<Word> psk_file, certificates, scripts;  // `path ...`, the last one counts
  std::vector<Word> log_levels;
  bool privsep = false;
  bool listens = false;  // a `listen` section names addresses
  std::vector<Listen> listen;
  bool strict_address = false;
  std::vector<Timer> timers;
  std::vector<Remote> remotes;  // at most max_sections
  std::vector<Sainfo> sainfos;  // at most max_sections
  bool too_many_sections = false;
};

Settings settings_of(const Conf& conf);

/// `address 10.1.0.0/16 [any] any`, `anonymous`, `clientaddr`, `fqdn "x"`: takes its words off; nothing where they are none of
/// it.
std::optional<Selector> selector_of(std::span<const Word>& words);
std::optional<int> protocol_number(std::string_view text);

}  // namespace ikewatch::doctor
