#include "pack_format.hpp"

#include "cause_reader.hpp"
#include "field_type.hpp"
#include "prefix.hpp"

namespace ikewatch::rules {
namespace {

constexpr std::string_view registry =
    "A number or a name of this registry, kept as the registry's name; what it does not know stays.";

constexpr Described types[] = {
    {"address", "IPv4, IPv6 with optional %scope, or what people put in its place when they post a log: x.x.x.x, <peer-ip>."},
    {"endpoint", "An address with or without port: a[500], a [500], a:500, a/500."},
    {"number", "Decimal digits, with or without a minus."},
    {"hex", "Hexadecimal digits, with or without 0x."},
    {"spi", "An SPI in any of its forms: 168086000(0xa04c9f0), 0xa04c9f0, bare."},
    {"cookies", "Two cookies of 16 hexadecimal digits with a colon between, with or without :8hex behind."},
    {"word", "One or more non-blanks, as few as what follows allows."},
    {"text", "Anything or nothing, as little as what follows allows."},
    {"rest", "All that remains, perhaps nothing; must be the last."},
    {"esp_transform", registry},
    {"ah_transform", registry},
    {"ike_cipher", registry},
    {"ike_hash", registry},
    {"ike_auth", registry},
    {"auth_algorithm", registry},
    {"dh_group", registry},
    {"notify", registry},
    {"x509_error", registry},
    {"encmode", registry},
    {"ipsec_protocol", registry},
    {"id_type", registry},
    {"exchange", registry},
    {"life_type", registry},
};
static_assert(std::size(types) == field_types);

constexpr Described acted[] = {
    {"peer", "The far IKE end; a line that has it belongs to the tunnel to it."},
    {"local", "This end's address."},
    {"prefix", "The address that racoon puts in brackets before the message: the peer."},
    {"src", "With dst: the two ends, one of them this gateway."},
    {"dst", "See src."},
    {"cookies", "Those of the IKE SA; they find the tunnel where no address stands."},
    {"spi", "Of a child SA; it finds the tunnel where no address stands."},
    {"spi_in", "Of the inbound half of a child SA."},
    {"spi_out", "Of the outbound half."},
    {"conn", "The connection number of an IOS device; it finds the tunnel of a debug line."},
    {"local_ts", "The traffic selector of this end."},
    {"remote_ts", "That of the far end."},
    {"selectors", "Both in one text."},
    {"attribute", "The name of the parameter that differs, beside mine and theirs."},
    {"mine", "What this end has of the parameter that differs."},
    {"theirs", "What the far end has of it."},
    {"reason", "The device's own words why."},
};

constexpr Described agreed[] = {
    {"msgid", "The message ID of an exchange."},
    {"group", "The group or tunnel group of an ASA."},
    {"user", "The user who logs in."},
    {"interface", "A network interface."},
    {"notify", "The notify message."},
    {"code", "An error number."},
    {"state", "The state of the device's own machine."},
    {"seconds", "A time."},
};

}  // namespace

std::span<const PackKey> pack_format() { return pack_keys_described; }
std::span<const Described> described_field_types() { return types; }
std::span<const Described> acted_field_names() { return acted; }
std::span<const Described> agreed_field_names() { return agreed; }

Words prefix_words() { return prefix_names(); }
Words level_words() { return level_names().subspan(1); }
Words side_words() { return side_names(); }
Words confidence_words() { return confidence_names(); }

}  // namespace ikewatch::rules
