// What the answer of a receiver means for a notification: one row for every HTTP status and every way to get none. Role: outbox.
// Threads: pure functions.
#pragma once

#include <ikewatch/alert/fact.hpp>

#include <string_view>

namespace ikewatch::alert {

enum class Fate : std::uint8_t {
  delivered,
  again,     // soon: the way or the receiver has a passing trouble
  later,     // somebody must act first: a secret, an address
  rejected,  // this notification will never be taken; the next one may
  disabled,  // the receiver is gone for good: nothing is sent before the next reload
};

struct Ruling {
  Fate fate = Fate::again;
  std::string_view reason;  // from a closed list, the label of the failure counter; empty when delivered
};

/// RFC 9110 section 15 and Standard Webhooks 1.0: only 2xx is success, 3xx is never followed, 410 disables. 400 and its like are
/// of the message; 401, 403, 404, 405, 407 of the configuration. Anything outside 100..599 is no HTTP.
Ruling ruling_for(unsigned status);

/// Why there was no answer.
enum class Failure : std::uint8_t { none, dns, connect, tls, timeout, protocol, secret };
Ruling ruling_for(Failure failure);

/// How long to wait after so many failures in a row (1 and up). Doubles from 5 s to 5 min (`later`: from 1 min to 30 min), plus
/// or minus a fifth, by `seed`, so that many receivers do not try in step.
Duration pause_after(unsigned failures, Fate fate, std::uint64_t seed);

/// A receiver that asks for more time than this (Retry-After, RFC 9110 section 10.2.3) does not get it.
inline constexpr Duration longest_wish = std::chrono::hours(1);

}  // namespace ikewatch::alert
