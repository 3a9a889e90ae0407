#include <ikewatch/tunnel/attribution.hpp>

#include <ikewatch/base/address.hpp>
#include <ikewatch/rules/values.hpp>
#include <ikewatch/tunnel/tunnel.hpp>

#include <algorithm>

namespace ikewatch::tunnel {
namespace {

using rules::Event;
using rules::EventKind;
using rules::FieldId;

constexpr FieldId spi_fields[] = {FieldId::spi, FieldId::spi_in, FieldId::spi_out};

/// Cisco writes IPv6 in capitals, racoon does not: the canonical text; what is no address as it stands.
std::string one_spelling(std::string_view address) {
  const auto read = Address::parse(address);
  return read ? read->to_string() : std::string(address);
}

std::string_view address_in(const Event& event, FieldId id) { return rules::address_part(event.field(id)); }

}  // namespace

void Attribution::learn_local(std::string_view address) {
  if (address.empty() || locals_.size() >= max_locals || is_local(address)) return;
  locals_.push_back(one_spelling(address));
  learned_.push_back(locals_.back());
}

void Attribution::own(std::string_view address) {
  if (!address.empty() && locals_.size() < max_locals && !is_local(address)) locals_.push_back(one_spelling(address));
}

void Attribution::restore(const Ties& ties, const std::vector<std::string>& learned) {
  cookies_.restore(ties.cookies);
  spis_.restore(ties.spis);
  conns_.restore(ties.conns);
  for (const std::string& address : learned) learn_local(address);
  ++news_;
}

bool Attribution::is_local(std::string_view address) const {
  const auto known = [this](std::string_view text) { return std::find(locals_.begin(), locals_.end(), text) != locals_.end(); };
  return known(address) || (address.find(':') != address.npos && known(one_spelling(address)));
}

std::string_view Attribution::peer_of(const Event& event) const {
  if (const auto peer = address_in(event, FieldId::peer); !peer.empty()) return peer;
  const auto src = address_in(event, FieldId::src);
  const auto dst = address_in(event, FieldId::dst);
  if (!src.empty() && !dst.empty()) return peer_of_ends(src, dst);
  const auto prefix = event.field(FieldId::prefix);
  return is_local(prefix) ? std::string_view{} : prefix;
}

/// Of the two ends of an SA the one that is not ours. racoon 0.8 prints local->peer for both directions, so an unknown pair is
/// read that way.
std::string_view Attribution::peer_of_ends(std::string_view src, std::string_view dst) const {
  return is_local(dst) && !is_local(src) ? src : dst;
}

void Attribution::learn(const Event& event, TunnelIndex tunnel) {
  for (const rules::Field& field : event.all_fields()) {
    switch (field.id) {
      case FieldId::local:
        learn_local(rules::address_part(field.text));
        break;
      case FieldId::cookies:
        learn_cookies(event, field.text, tunnel);
        break;
      case FieldId::spi:
      case FieldId::spi_in:
      case FieldId::spi_out:
        learn_spi(event, field.text, tunnel);
        break;
      case FieldId::conn:
        if (!field.text.empty() && field.text != "0" && field.text.size() <= max_conn)
          news_ += conns_.set(std::string(field.text), tunnel) ? 1 : 0;
        break;
      default:
        break;
    }
  }
}

/// The end of an SA teaches nothing: no later line names it.
void Attribution::learn_cookies(const Event& event, std::string_view text, TunnelIndex tunnel) {
  if (event.kind == EventKind::phase1_expired || event.kind == EventKind::phase1_deleted) return;
  if (const auto cookies = IkeCookies::parse(text)) news_ += cookies_.set(cookies->initiator, tunnel) ? 1 : 0;
}

void Attribution::learn_spi(const Event& event, std::string_view text, TunnelIndex tunnel) {
  if (event.kind == EventKind::phase2_expired || event.kind == EventKind::phase2_deleted) return;
  if (const auto spi = rules::parse_spi(text)) news_ += spis_.set(*spi, tunnel) ? 1 : 0;
}

std::optional<TunnelIndex> Attribution::recall(const Event& event) const {
  if (const auto cookies = IkeCookies::parse(event.field(FieldId::cookies))) {
    if (const auto tunnel = cookies_.find(cookies->initiator)) return tunnel;
  }
  for (const FieldId id : spi_fields) {
    const auto spi = rules::parse_spi(event.field(id));
    if (!spi) continue;
    if (const auto tunnel = spis_.find(*spi)) return tunnel;
  }
  if (const auto conn = event.field(FieldId::conn); !conn.empty()) return conns_.find(std::string(conn));
  return std::nullopt;
}

}  // namespace ikewatch::tunnel
