// Registries of IKEv1 itself (RFC 2408, RFC 2409, IANA "Internet Key Exchange (IKE) Attributes", ipsec-registry).
#include <array>

#include "registry_tables.hpp"

namespace ikewatch::rules {
namespace {

// RFC 2409 appendix A, RFC 3602 (AES), RFC 4312 (Camellia).
constexpr std::array ciphers{
    RegistryEntry{1, "DES-CBC", "DES"},           RegistryEntry{2, "IDEA-CBC", "IDEA"},
    RegistryEntry{3, "Blowfish-CBC", "Blowfish"}, RegistryEntry{4, "RC5-R16-B64-CBC", "RC5"},
    RegistryEntry{5, "3DES-CBC", "3DES"},         RegistryEntry{6, "CAST-CBC", "CAST"},
    RegistryEntry{7, "AES-CBC", "AES"},           RegistryEntry{8, "CAMELLIA-CBC", "CAMELLIA"},
};

// RFC 2409 appendix A, RFC 4868 (SHA-2).
constexpr std::array hashes{
    RegistryEntry{1, "MD5"},
    RegistryEntry{2, "SHA", "SHA1"},
    RegistryEntry{3, "Tiger"},
    RegistryEntry{4, "SHA256", "SHA2-256"},
    RegistryEntry{5, "SHA384", "SHA2-384"},
    RegistryEntry{6, "SHA512", "SHA2-512"},
};

// RFC 2409 appendix A; private numbers of hybrid authentication and XAUTH (draft-ietf-ipsec-isakmp-hybrid-auth,
// draft-beaulieu-ike-xauth). 65001 is also GSS-API on Kerberos 5.
constexpr std::array methods{
    RegistryEntry{1, "pre-shared key", "PSK"},    RegistryEntry{2, "DSS signatures", "dsssig"},
    RegistryEntry{3, "RSA signatures", "rsasig"}, RegistryEntry{3, "RSA signatures", "rsa-sig"},
    RegistryEntry{4, "Encryption with RSA"},      RegistryEntry{5, "Revised encryption with RSA"},
    RegistryEntry{6, "Encryption with El-Gamal"}, RegistryEntry{7, "Revised encryption with El-Gamal"},
    RegistryEntry{64221, "Hybrid RSA client"},    RegistryEntry{64222, "Hybrid RSA server"},
    RegistryEntry{64223, "Hybrid DSS client"},    RegistryEntry{64224, "Hybrid DSS server"},
    RegistryEntry{65001, "XAuth pskey client"},   RegistryEntry{65002, "XAuth pskey server"},
    RegistryEntry{65005, "XAuth RSASIG client"},  RegistryEntry{65006, "XAuth RSASIG server"},
};

// RFC 2409 section 6, RFC 3526 (MODP), RFC 5903 (ECP), RFC 5114 (subgroups). 0: no group, no PFS.
constexpr std::array groups{
    RegistryEntry{0, "none"},
    RegistryEntry{1, "modp768", "768-bit MODP group"},
    RegistryEntry{2, "modp1024", "1024-bit MODP group"},
    RegistryEntry{3, "ec2n155", "EC2N group on GP[2^155]"},
    RegistryEntry{4, "ec2n185", "EC2N group on GP[2^185]"},
    RegistryEntry{5, "modp1536", "1536-bit MODP group"},
    RegistryEntry{14, "modp2048", "2048-bit MODP group"},
    RegistryEntry{15, "modp3072", "3072-bit MODP group"},
    RegistryEntry{16, "modp4096", "4096-bit MODP group"},
    RegistryEntry{17, "modp6144", "6144-bit MODP group"},
    RegistryEntry{18, "modp8192", "8192-bit MODP group"},
    RegistryEntry{19, "ecp256"},
    RegistryEntry{20, "ecp384"},
    RegistryEntry{21, "ecp521"},
    RegistryEntry{22, "modp1024s160"},
    RegistryEntry{23, "modp2048s224"},
    RegistryEntry{24, "modp2048s256"},
};

// RFC 2408 section 3.14.1, RFC 2407 section 4.6.3, RFC 3706 section 6 (R-U-THERE); 40503 is a heartbeat of Cisco Unity.
// The aliases are Cisco's spellings.
constexpr std::array notifies{
    RegistryEntry{1, "INVALID-PAYLOAD-TYPE", "INVALID_PAYLOAD"},
    RegistryEntry{2, "DOI-NOT-SUPPORTED"},
    RegistryEntry{3, "SITUATION-NOT-SUPPORTED"},
    RegistryEntry{4, "INVALID-COOKIE"},
    RegistryEntry{5, "INVALID-MAJOR-VERSION"},
    RegistryEntry{6, "INVALID-MINOR-VERSION"},
    RegistryEntry{7, "INVALID-EXCHANGE-TYPE"},
    RegistryEntry{8, "INVALID-FLAGS"},
    RegistryEntry{9, "INVALID-MESSAGE-ID"},
    RegistryEntry{10, "INVALID-PROTOCOL-ID"},
    RegistryEntry{11, "INVALID-SPI"},
    RegistryEntry{12, "INVALID-TRANSFORM-ID"},
    RegistryEntry{13, "ATTRIBUTES-NOT-SUPPORTED", "ATTRIBS_NOT_SUPPORTED"},
    RegistryEntry{14, "NO-PROPOSAL-CHOSEN", "PROPOSAL_NOT_CHOSEN"},
    RegistryEntry{15, "BAD-PROPOSAL-SYNTAX"},
    RegistryEntry{16, "PAYLOAD-MALFORMED"},
    RegistryEntry{17, "INVALID-KEY-INFORMATION", "INVALID_KEY_INFO"},
    RegistryEntry{18, "INVALID-ID-INFORMATION", "INVALID_ID_INFO"},
    RegistryEntry{19, "INVALID-CERT-ENCODING"},
    RegistryEntry{20, "INVALID-CERTIFICATE", "INVALID_CERT"},
    RegistryEntry{21, "BAD-CERT-REQUEST-SYNTAX"},
    RegistryEntry{22, "INVALID-CERT-AUTHORITY"},
    RegistryEntry{23, "INVALID-HASH-INFORMATION", "INVALID_HASH_INFO"},
    RegistryEntry{24, "AUTHENTICATION-FAILED", "AUTH_FAILED"},
    RegistryEntry{25, "INVALID-SIGNATURE"},
    RegistryEntry{26, "ADDRESS-NOTIFICATION"},
    RegistryEntry{27, "NOTIFY-SA-LIFETIME"},
    RegistryEntry{28, "CERTIFICATE-UNAVAILABLE"},
    RegistryEntry{29, "UNSUPPORTED-EXCHANGE-TYPE"},
    RegistryEntry{30, "UNEQUAL-PAYLOAD-LENGTHS"},
    RegistryEntry{16384, "CONNECTED"},
    RegistryEntry{24576, "RESPONDER-LIFETIME"},
    RegistryEntry{24577, "REPLAY-STATUS"},
    RegistryEntry{24578, "INITIAL-CONTACT"},
    RegistryEntry{36136, "R-U-THERE", "DPD/R_U_THERE"},
    RegistryEntry{36137, "R-U-THERE-ACK", "DPD/R_U_THERE_ACK"},
    RegistryEntry{40503, "HEARTBEAT"},
};

// RFC 2408 section 3.1, RFC 2409 appendix A; names as racoon prints them.
constexpr std::array exchanges{
    RegistryEntry{0, "None"},
    RegistryEntry{1, "Base"},
    RegistryEntry{2, "Identity Protection", "Main"},
    RegistryEntry{3, "Authentication Only"},
    RegistryEntry{4, "Aggressive"},
    RegistryEntry{5, "Informational"},
    RegistryEntry{6, "Mode config"},
    RegistryEntry{32, "Quick"},
    RegistryEntry{33, "New Group"},
    RegistryEntry{34, "Acknowledged Informational"},
};

}  // namespace

std::span<const RegistryEntry> ike_ciphers() { return ciphers; }
std::span<const RegistryEntry> ike_hashes() { return hashes; }
std::span<const RegistryEntry> ike_auth_methods() { return methods; }
std::span<const RegistryEntry> dh_groups() { return groups; }
std::span<const RegistryEntry> notify_types() { return notifies; }
std::span<const RegistryEntry> exchange_types() { return exchanges; }

}  // namespace ikewatch::rules
