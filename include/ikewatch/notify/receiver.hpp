// A receiver and the request that tells it of an alert. Role: config and outbox -> render() -> sender. Ownership: values.
// Threads: pure functions; nothing here opens a file or a socket.
#pragma once

#include <ikewatch/alert/outbox.hpp>
#include <ikewatch/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ikewatch::notify {

enum class Type : std::uint8_t { alertmanager, webhook, slack, pagerduty, body_template };

/// What was read from secret files. Never printed; no message of this room is made from it.
struct Secrets {
  std::string
      secret;       // webhook: one key a line, the first signs, all are offered; pagerduty: the routing key; else a bearer token
  std::string url;  // of url_file, or slack's secret_file: the whole URL is the secret
};

struct Receiver {
  std::string name;
  Type type = Type::webhook;
  std::vector<std::string> urls;
  std::string body;                                          // template
  std::vector<std::pair<std::string, std::string>> headers;  // template: values are templates that may use {secret}
  std::string link;                                          // where people find ikewatch's own page; may be empty
  std::string ca;                                            // PEM file of the authorities to trust; empty: those of the host
  std::string certificate;                                   // PEM files for receivers that ask who we are; empty: none
  std::string key;
  std::chrono::milliseconds timeout{15000};  // for the whole request
};

/// An http(s) URL taken apart (RFC 3986). No user, no fragment.
struct Url {
  bool tls = false;
  std::string host;       // without the brackets of IPv6
  std::string port;       // never empty
  std::string target;     // path and query, begins with /
  std::string authority;  // for the Host field

  static std::optional<Url> parse(std::string_view text);
};

struct Request {
  Url url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// The request of one delivery, at `now`. A Problem where the receiver's URL or secret is not usable; it names neither.
Result<Request> render(const Receiver& receiver, const Secrets& secrets, const alert::Delivery& delivery, WallTime now);

/// `v1,...` for each key, blank separated (Standard Webhooks 1.0). Keys are `whsec_` and base64, or taken as they are. A Problem
/// where there is no key, or one of them is no base64.
Result<std::string> sign(std::string_view keys, std::string_view id, std::string_view timestamp, std::string_view body);

/// The rest of what the outbox must know of the receiver.
alert::ReceiverPolicy policy_of(const Receiver& receiver, std::vector<std::string> alerts);

}  // namespace ikewatch::notify
