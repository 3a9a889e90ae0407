// Registries of the IPsec DOI (RFC 2407, IANA "Internet Security Association and Key Management Protocol Identifiers",
// isakmp-registry).
#include <array>

#include "registry_tables.hpp"

namespace ikewatch::rules {
namespace {

// RFC 2407 section 4.4.1.
constexpr std::array protocols{
    RegistryEntry{1, "ISAKMP"},
    RegistryEntry{2, "AH"},
    RegistryEntry{3, "ESP"},
    RegistryEntry{4, "IPCOMP", "IPCP"},
};

// RFC 2407 section 4.4.4, RFC 3602 (AES), RFC 3686 (CTR), RFC 4309 (CCM), RFC 4106 (GCM), RFC 4312 (Camellia), RFC 4543 (GMAC).
constexpr std::array esp{
    RegistryEntry{1, "DES_IV64"},
    RegistryEntry{2, "DES", "esp-des"},
    RegistryEntry{3, "3DES", "esp-3des"},
    RegistryEntry{4, "RC5"},
    RegistryEntry{5, "IDEA"},
    RegistryEntry{6, "CAST"},
    RegistryEntry{7, "BLOWFISH"},
    RegistryEntry{8, "3IDEA"},
    RegistryEntry{9, "DES_IV32"},
    RegistryEntry{10, "RC4"},
    RegistryEntry{11, "NULL", "esp-null"},
    RegistryEntry{12, "AES", "RIJNDAEL"},  // KAME's name of the same number
    RegistryEntry{12, "AES", "AES-CBC"},
    RegistryEntry{12, "AES", "esp-aes"},
    RegistryEntry{13, "AES-CTR"},
    RegistryEntry{14, "AES-CCM-8"},
    RegistryEntry{15, "AES-CCM-12"},
    RegistryEntry{16, "AES-CCM-16"},
    RegistryEntry{18, "AES-GCM-8"},
    RegistryEntry{19, "AES-GCM-12"},
    RegistryEntry{20, "AES-GCM-16"},
    RegistryEntry{21, "SEED"},
    RegistryEntry{22, "CAMELLIA"},
    RegistryEntry{23, "AES-GMAC"},
    RegistryEntry{250, "TWOFISH"},  // private use (RFC 2407 section 4.4.4)
    RegistryEntry{253, "TWOFISH"},
};

// RFC 2407 section 4.4.3, RFC 4868 (SHA-2), RFC 2857 (RIPEMD), RFC 3566 (XCBC).
constexpr std::array ah{
    RegistryEntry{2, "MD5"},    RegistryEntry{3, "SHA"},    RegistryEntry{4, "DES"},    RegistryEntry{5, "SHA256"},
    RegistryEntry{6, "SHA384"}, RegistryEntry{7, "SHA512"}, RegistryEntry{8, "RIPEMD"}, RegistryEntry{9, "AES-XCBC-MAC"},
};

// RFC 2407 section 4.5, "Authentication Algorithm", RFC 4868, RFC 2857, RFC 3566. 254 is racoon's own "none".
constexpr std::array authentication{
    RegistryEntry{1, "hmac-md5", "esp-md5-hmac"},
    RegistryEntry{2, "hmac-sha", "hmac-sha1"},
    RegistryEntry{2, "hmac-sha", "esp-sha-hmac"},
    RegistryEntry{3, "des-mac"},
    RegistryEntry{4, "kpdk"},
    RegistryEntry{5, "hmac-sha256", "hmac-sha2-256"},
    RegistryEntry{6, "hmac-sha384", "hmac-sha2-384"},
    RegistryEntry{7, "hmac-sha512", "hmac-sha2-512"},
    RegistryEntry{8, "hmac-ripemd"},
    RegistryEntry{9, "aes-xcbc-mac"},
    RegistryEntry{254, "non-auth"},
};

// RFC 2407 section 4.5, "Encapsulation Mode"; RFC 3947 section 5.1; the numbers of its drafts; 0 is racoon's own "any".
constexpr std::array modes{
    RegistryEntry{0, "Any"},
    RegistryEntry{1, "Tunnel"},
    RegistryEntry{2, "Transport"},
    RegistryEntry{3, "UDP-Tunnel"},
    RegistryEntry{4, "UDP-Transport"},
    RegistryEntry{61443, "UDP-Tunnel"},
    RegistryEntry{61444, "UDP-Transport"},
};

// RFC 2407 section 4.5, "SA Life Type".
constexpr std::array life{RegistryEntry{1, "seconds", "sec"}, RegistryEntry{2, "kilobytes", "kilobyte"}};

// RFC 2407 section 4.6.2.1.
constexpr std::array identities{
    RegistryEntry{1, "IPv4_address", "ID_IPV4_ADDR"},
    RegistryEntry{2, "FQDN", "ID_FQDN"},
    RegistryEntry{3, "User_FQDN", "ID_USER_FQDN"},
    RegistryEntry{4, "IPv4_subnet", "ID_IPV4_ADDR_SUBNET"},
    RegistryEntry{5, "IPv6_address", "ID_IPV6_ADDR"},
    RegistryEntry{6, "IPv6_subnet", "ID_IPV6_ADDR_SUBNET"},
    RegistryEntry{7, "IPv4_address_range", "ID_IPV4_ADDR_RANGE"},
    RegistryEntry{8, "IPv6_address_range", "ID_IPV6_ADDR_RANGE"},
    RegistryEntry{9, "DER_ASN1_DN", "ID_DER_ASN1_DN"},
    RegistryEntry{10, "DER_ASN1_GN", "ID_DER_ASN1_GN"},
    RegistryEntry{11, "KEY_ID", "ID_KEY_ID"},
};

}  // namespace

std::span<const RegistryEntry> ipsec_protocols() { return protocols; }
std::span<const RegistryEntry> esp_transforms() { return esp; }
std::span<const RegistryEntry> ah_transforms() { return ah; }
std::span<const RegistryEntry> auth_algorithms() { return authentication; }
std::span<const RegistryEntry> encapsulation_modes() { return modes; }
std::span<const RegistryEntry> life_types() { return life; }
std::span<const RegistryEntry> id_types() { return identities; }

}  // namespace ikewatch::rules
