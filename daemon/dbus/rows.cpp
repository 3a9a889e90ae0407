#include "rows.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/dbus/names.hpp>

#include <algorithm>

namespace ikewatch::dbus {
namespace {

std::uint64_t micros(WallTime time) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(time.time_since_epoch().count(), 0));
}

std::string word_for(rules::Cause cause) {
  return cause == rules::Cause::none ? std::string{} : std::string(rules::name_of(cause));
}

Row row_of(const engine::TunnelView& tunnel) {
  Row row;
  row.gateway = to_printable(tunnel.gateway);
  row.name = to_printable(tunnel.name);
  row.peer = to_printable(tunnel.peer);
  row.dialect = to_printable(tunnel.dialect);
  row.state = tunnel.state;
  row.flapping = tunnel.flapping;
  if (!tunnel.diagnoses.empty() && !tunnel.diagnoses.front().resolved) row.cause = word_for(tunnel.diagnoses.front().cause);
  if (tunnel.since) row.since = micros(*tunnel.since);
  return row;
}

/// What the change makes of the row, and which of its properties that are.
PropertySet follow(Row& row, const engine::Change& change) {
  PropertySet changed = 0;
  const auto put = [&changed]<class Value>(Value& known, Value now, PropertySet properties) {
    if (known == now) return;
    known = std::move(now);
    changed = static_cast<PropertySet>(changed | properties);
  };
  const bool was_up = row.up();
  put(row.state, change.to, bit(Property::state));
  if (row.up() != was_up) changed = static_cast<PropertySet>(changed | bit(Property::up));
  put(row.flapping, change.flapping, bit(Property::flapping));
  put(row.cause, word_for(change.cause), bit(Property::cause));
  if (change.kind == engine::ChangeKind::state) put(row.since, micros(change.at), bit(Property::since));
  return changed;
}

PropertySet difference(const Row& a, const Row& b) {
  PropertySet set = 0;
  const auto look = [&](bool differs, Property property) {
    if (differs) set = static_cast<PropertySet>(set | bit(property));
  };
  look(a.peer != b.peer, Property::peer);
  look(a.dialect != b.dialect, Property::dialect);
  look(a.state != b.state, Property::state);
  look(a.up() != b.up(), Property::up);
  look(a.flapping != b.flapping, Property::flapping);
  look(a.cause != b.cause, Property::cause);
  look(a.since != b.since, Property::since);
  return set;
}

}  // namespace

const char* name_of(Property property) {
  constexpr const char* names[properties] = {"Gateway", "Name", "Peer", "Dialect", "State", "Up", "Flapping", "Cause", "Since"};
  return names[static_cast<std::size_t>(property)];
}

void Rows::mark(const std::string& path, Row& row, PropertySet changed) {
  if (changed == 0) return;
  if (row.dirty == 0) news_.push_back({News::Kind::changed, path, {}});
  row.dirty = static_cast<PropertySet>(row.dirty | changed);
}

void Rows::update(const std::string& path, Row row, bool silently) {
  const auto [place, fresh] = rows_.try_emplace(path);
  Row& known = place->second;
  const PropertySet changed = difference(known, row);
  row.dirty = known.dirty;
  known = std::move(row);
  if (silently) return;
  if (!fresh) return mark(path, known, changed);
  known.dirty = 0;
  news_.push_back({News::Kind::added, path, {}});
}

void Rows::replace(const std::vector<engine::TunnelView>& tunnels, bool silently) {
  std::set<std::string, std::less<>> now;
  for (const auto& tunnel : tunnels) {
    const auto path = path_of(tunnel.gateway, tunnel.name);
    if (now.insert(path).second) update(path, row_of(tunnel), silently);
  }
  for (auto row = rows_.begin(); row != rows_.end();) {
    if (now.contains(row->first)) {
      ++row;
      continue;
    }
    if (!silently) news_.push_back({News::Kind::removed, row->first, {}});
    row = rows_.erase(row);
  }
}

void Rows::put(const engine::TunnelView& tunnel) { update(path_of(tunnel.gateway, tunnel.name), row_of(tunnel), false); }

bool Rows::apply(const engine::Change& change) {
  const auto found = rows_.find(path_of(change.gateway, change.tunnel));
  if (found == rows_.end() || found->second.dialect.empty()) return false;
  mark(found->first, found->second, follow(found->second, change));
  return true;
}

void Rows::pass(const engine::Change& change) {
  if (change.kind != engine::ChangeKind::state) return;
  if (passages_ >= max_passages) {
    const auto oldest =
        std::find_if(news_.begin(), news_.end(), [](const News& news) { return news.kind == News::Kind::passage; });
    news_.erase(oldest);
    --passages_;
  }
  ++passages_;
  News news{News::Kind::passage, path_of(change.gateway, change.tunnel), {}};
  news.passage = {
      news.path,        to_printable(change.gateway), to_printable(change.tunnel), change.from, change.to, word_for(change.cause),
      micros(change.at)};
  news_.push_back(std::move(news));
}

const Row* Rows::at(std::string_view path) const {
  const auto found = rows_.find(path);
  return found == rows_.end() ? nullptr : &found->second;
}

std::vector<const Rows::Map::value_type*> Rows::named(std::string_view text) const {
  if (const auto found = rows_.find(text); found != rows_.end()) return {&*found};
  std::vector<const Map::value_type*> fits;
  for (const auto& entry : rows_) {
    const Row& row = entry.second;
    const bool whole = text.size() > row.gateway.size() && text.starts_with(row.gateway) && text[row.gateway.size()] == '/';
    const auto rest = whole ? text.substr(row.gateway.size() + 1) : text;
    if (rest == row.name || rest == row.peer) fits.push_back(&entry);
  }
  return fits;
}

std::optional<News> Rows::take(PropertySet& dirty) {
  dirty = 0;
  if (news_.empty()) return std::nullopt;
  News news = std::move(news_.front());
  news_.pop_front();
  if (news.kind == News::Kind::passage) --passages_;
  if (news.kind != News::Kind::changed) return news;
  if (const auto found = rows_.find(news.path); found != rows_.end()) dirty = std::exchange(found->second.dirty, PropertySet{0});
  return news;
}

void Rows::forget_news() {
  for (const News& news : news_) {
    const auto found = news.kind == News::Kind::changed ? rows_.find(news.path) : rows_.end();
    if (found != rows_.end()) found->second.dirty = 0;
  }
  news_.clear();
  passages_ = 0;
}

}  // namespace ikewatch::dbus
