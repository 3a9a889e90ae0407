#include <ikewatch/alert/retry.hpp>

#include <algorithm>

namespace ikewatch::alert {

Ruling ruling_for(unsigned status) {
  if (status < 100 || status > 599) return {Fate::again, "protocol"};
  if (status < 200) return {Fate::again, "protocol"};
  if (status < 300) return {Fate::delivered, {}};
  if (status < 400) return {Fate::later, "redirect"};
  if (status >= 500) return {Fate::again, "server_error"};
  switch (status) {
    case 401:
    case 403:
    case 407:
      return {Fate::later, "unauthorized"};
    case 404:
    case 405:
    case 421:  // misdirected: another virtual host
      return {Fate::later, "not_found"};
    case 408:
    case 423:  // locked
    case 425:  // too early
      return {Fate::again, "busy"};
    case 429:
      return {Fate::again, "throttled"};
    case 410:
      return {Fate::disabled, "gone"};
    default:
      return {Fate::rejected, "rejected"};
  }
}

Ruling ruling_for(Failure failure) {
  switch (failure) {
    case Failure::none:
      return {Fate::delivered, {}};
    case Failure::dns:
      return {Fate::again, "dns"};
    case Failure::connect:
      return {Fate::again, "connect"};
    case Failure::tls:
      return {Fate::again, "tls"};
    case Failure::timeout:
      return {Fate::again, "timeout"};
    case Failure::secret:
      return {Fate::later, "secret"};
    case Failure::protocol:
      break;
  }
  return {Fate::again, "protocol"};
}

Duration pause_after(unsigned failures, Fate fate, std::uint64_t seed) {
  const bool slow = fate == Fate::later;
  const Duration first = slow ? Duration(std::chrono::minutes(1)) : Duration(std::chrono::seconds(5));
  const Duration ceiling = slow ? Duration(std::chrono::minutes(30)) : Duration(std::chrono::minutes(5));
  const Duration pause = std::min<Duration>(ceiling, first * (1LL << std::clamp<int>(static_cast<int>(failures) - 1, 0, 16)));
  // splitmix64 (Steele, Lea, Flood 2014): neighbouring seeds give unrelated values.
  std::uint64_t mixed = seed + 0x9e3779b97f4a7c15ULL * (failures + 1ULL);
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
  const auto permille = 800 + static_cast<std::int64_t>((mixed ^ (mixed >> 31U)) % 401);
  return pause * permille / 1000;
}

}  // namespace ikewatch::alert
