#include "receivers.hpp"

#include "data.hpp"

#include <ikewatch/base/text.hpp>

namespace ikewatch::app {
namespace {

constexpr std::size_t max_secret_bytes = 64 * 1024;
constexpr std::size_t max_zone_bytes = 256 * 1024;

notify::Type type_of(config::ReceiverType type) {
  switch (type) {
    case config::ReceiverType::alertmanager:
      return notify::Type::alertmanager;
    case config::ReceiverType::webhook:
      return notify::Type::webhook;
    case config::ReceiverType::slack:
      return notify::Type::slack;
    case config::ReceiverType::pagerduty:
      return notify::Type::pagerduty;
    case config::ReceiverType::webhook_template:
      break;
  }
  return notify::Type::body_template;
}

notify::Receiver to_receiver(const config::Receiver& from) {
  notify::Receiver receiver;
  receiver.name = from.name;
  receiver.type = type_of(from.type);
  receiver.urls = from.urls;
  receiver.body = from.body;
  receiver.timeout = from.timeout;
  for (const auto& header : from.headers) {
    const auto colon = header.find(':');
    receiver.headers.emplace_back(header.substr(0, colon), trim(std::string_view(header).substr(colon + 1)));
  }
  if (from.tls) {
    receiver.ca = from.tls->ca;
    receiver.certificate = from.tls->certificate;
    receiver.key = from.tls->key;
  }
  return receiver;
}

std::string read_secret(const std::string& file, Problems& unread) {
  if (file.empty()) return {};
  auto text = read_file(file, max_secret_bytes);
  if (text) return std::move(*text);
  unread.push_back(text.error());
  return {};
}

notify::Secrets read_secrets(const config::Receiver& from, Problems& unread) {
  const bool url_is_secret = from.type == config::ReceiverType::slack && from.urls.empty() && from.url_file.empty();
  notify::Secrets secrets;
  secrets.url = read_secret(url_is_secret ? from.secret_file : from.url_file, unread);
  if (!url_is_secret) secrets.secret = read_secret(from.secret_file, unread);
  return secrets;
}

}  // namespace

Receivers read_receivers(const config::Settings& settings) {
  Receivers all;
  for (const auto& from : settings.receivers) {
    all.receivers.push_back(to_receiver(from));
    all.secrets.push_back(read_secrets(from, all.unread));
    all.policies.push_back(notify::policy_of(all.receivers.back(), from.alerts));
  }
  return all;
}

std::optional<alert::Zone> zone_of(const std::string& name) {
  const auto bytes = read_file(name.empty() ? "/etc/localtime" : "/usr/share/zoneinfo/" + name, max_zone_bytes);
  return bytes ? alert::Zone::from_file(*bytes) : std::nullopt;
}

}  // namespace ikewatch::app
