#include "bodies.hpp"

#include <ikewatch/alert/template.hpp>
#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::notify {
namespace {

constexpr std::string_view pagerduty_events = "https://events.pagerduty.com/v2/enqueue";

std::string_view first_line(std::string_view text) { return trim(text.substr(0, text.find_first_of("\r\n"))); }

Problem no_secret() { return {{}, "the secret file of the receiver is empty"}; }

/// Field values may not end their line (RFC 9110 section 5.5).
std::string header_value(std::string text) {
  std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return text;
}

Result<Url> url_of(const Receiver& receiver, const Secrets& secrets, std::size_t target) {
  std::string text(first_line(secrets.url));
  if (text.empty() && target < receiver.urls.size()) text = receiver.urls[target];
  if (text.empty() && receiver.type == Type::pagerduty) text = pagerduty_events;
  if (receiver.type == Type::alertmanager) {
    while (text.ends_with('/')) text.pop_back();
    text += "/api/v2/alerts";
  }
  auto url = Url::parse(text);
  if (!url) return Problem{{}, "the receiver has no usable URL"};
  return *url;
}

void put_bearer(Request& request, const Secrets& secrets) {
  const auto token = first_line(secrets.secret);
  if (!token.empty()) request.headers.emplace_back("Authorization", header_value("Bearer " + std::string(token)));
}

Result<void> fill_webhook(Request& request, const Secrets& secrets, const alert::Delivery& delivery, WallTime now) {
  request.body = webhook_body(delivery.notices.front());
  request.headers.emplace_back("webhook-id", delivery.message_id);
  const auto stamp = std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  request.headers.emplace_back("webhook-timestamp", stamp);
  if (trim(secrets.secret).empty()) return {};
  auto signature = sign(secrets.secret, delivery.message_id, stamp, request.body);
  if (!signature) return signature.error();
  request.headers.emplace_back("webhook-signature", std::move(*signature));
  return {};
}

void fill_template(Request& request, const Receiver& receiver, const Secrets& secrets, const alert::Notice& notice,
                   WallTime now) {
  const auto fields = alert::fields_of(notice, now);
  const alert::Lookup with_secret = [&](std::string_view name) -> std::optional<std::string> {
    if (name == "secret") return std::string(first_line(secrets.secret));
    if (name == "headline") return headline(notice, now);
    if (name == "link") return receiver.link;
    return fields(name);
  };
  std::string type = "application/json";
  for (const auto& [name, value] : receiver.headers) {
    auto text = header_value(alert::fill(value, with_secret, alert::Escape::none, {.bytes = 4096}));
    const bool is_type =
        std::ranges::equal(name, std::string_view("content-type"), {}, [](char c) { return is_upper(c) ? char(c + 32) : c; });
    if (is_type) type = std::move(text);
    if (!is_type) request.headers.emplace_back(name, std::move(text));
  }
  const auto escape = type.find("json") == std::string::npos ? alert::Escape::none : alert::Escape::json;
  request.headers.emplace_back("Content-Type", std::move(type));
  request.body = alert::fill(receiver.body, with_secret, escape);
}

}  // namespace

Result<Request> render(const Receiver& receiver, const Secrets& secrets, const alert::Delivery& delivery, WallTime now) {
  if (delivery.notices.empty()) return Problem{{}, "nothing to tell"};
  Request request;
  auto url = url_of(receiver, secrets, delivery.target);
  if (!url) return url.error();
  request.url = std::move(*url);
  const alert::Notice& notice = delivery.notices.front();
  if (receiver.type == Type::body_template) {
    fill_template(request, receiver, secrets, notice, now);
    return request;
  }
  request.headers.emplace_back("Content-Type", "application/json");
  switch (receiver.type) {
    case Type::alertmanager:
      request.body = alertmanager_body(delivery.notices, receiver.link, now);
      put_bearer(request, secrets);
      break;
    case Type::webhook:
      if (auto done = fill_webhook(request, secrets, delivery, now); !done) return done.error();
      break;
    case Type::slack:
      request.body = slack_body(notice, receiver.link, now);
      break;
    case Type::pagerduty:
      if (first_line(secrets.secret).empty()) return no_secret();
      request.body = pagerduty_body(notice, first_line(secrets.secret), receiver.link, now);
      break;
    case Type::body_template:
      break;
  }
  return request;
}

alert::ReceiverPolicy policy_of(const Receiver& receiver, std::vector<std::string> alerts) {
  alert::ReceiverPolicy policy;
  policy.name = receiver.name;
  policy.alerts = std::move(alerts);
  policy.keeps_state = receiver.type == Type::alertmanager;
  policy.targets = policy.keeps_state ? std::max<std::size_t>(1, receiver.urls.size()) : 1;
  policy.wants_updates = receiver.type == Type::pagerduty;
  if (receiver.type == Type::slack) policy.spacing = std::chrono::seconds(1);             // Slack's own limit
  if (receiver.type == Type::pagerduty) policy.spacing = std::chrono::milliseconds(500);  // 120 events a minute and key
  return policy;
}

}  // namespace ikewatch::notify
