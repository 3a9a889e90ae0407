#include "zone.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace ikewatch::syslog {
namespace {

constexpr int ambiguous = 9999;

struct Entry {
  std::uint64_t key;
  int minutes;
};

/// Up to eight letters in one number, upper case: an order that binary search can use.
constexpr std::uint64_t key_of(std::string_view name) {
  std::uint64_t key = 0;
  for (const char c : name) key = key << 8 | static_cast<std::uint64_t>(c & ~0x20);
  return key;
}

constexpr Entry zone(std::string_view name, int minutes) { return {key_of(name), minutes}; }

constexpr auto make_zones() {
  std::array zones{
      zone("UTC", 0),         zone("GMT", 0),         zone("UT", 0),      zone("WET", 0),         zone("WEST", 60),
      zone("CET", 60),        zone("CEST", 120),      zone("MET", 60),    zone("MEST", 120),      zone("BST", 60),
      zone("EET", 120),       zone("EEST", 180),      zone("MSK", 180),   zone("MSD", 240),       zone("SAST", 120),
      zone("EAT", 180),       zone("CAT", 120),       zone("WAT", 60),    zone("EST", -300),      zone("EDT", -240),
      zone("CST", -360),      zone("CDT", -300),      zone("MST", -420),  zone("MDT", -360),      zone("PST", -480),
      zone("PDT", -420),      zone("AKST", -540),     zone("AKDT", -480), zone("HST", -600),      zone("ADT", -180),
      zone("NST", -210),      zone("NDT", -150),      zone("BRT", -180),  zone("BRST", -120),     zone("ART", -180),
      zone("CLT", -240),      zone("CLST", -180),     zone("COT", -300),  zone("PET", -300),      zone("PKT", 300),
      zone("NPT", 345),       zone("ICT", 420),       zone("WIB", 420),   zone("HKT", 480),       zone("SGT", 480),
      zone("MYT", 480),       zone("PHT", 480),       zone("AWST", 480),  zone("KST", 540),       zone("JST", 540),
      zone("ACST", 570),      zone("ACDT", 630),      zone("AEST", 600),  zone("AEDT", 660),      zone("NZST", 720),
      zone("NZDT", 780),      zone("TRT", 180),       zone("IRST", 210),  zone("IST", ambiguous), zone("AST", ambiguous),
      zone("GST", ambiguous), zone("SST", ambiguous),
  };
  std::sort(zones.begin(), zones.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
  return zones;
}

constexpr auto zones = make_zones();

}  // namespace

Zone find_zone(std::string_view name) {
  if (name.empty() || name.size() > 4) return {};
  const auto key = key_of(name);
  const auto found =
      std::lower_bound(zones.begin(), zones.end(), key, [](const Entry& entry, std::uint64_t k) { return entry.key < k; });
  if (found == zones.end() || found->key != key) return {};
  if (found->minutes == ambiguous) return {true, std::nullopt};
  return {true, found->minutes};
}

}  // namespace ikewatch::syslog
