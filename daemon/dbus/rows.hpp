// The tunnels as the bus sees them, and what is still to be told of them. Role: engine changes and views -> rows -> signals,
// without a bus. Ownership: copies; rows stay where they are until they are removed. Threads: one.
#pragma once

#include <ikewatch/base/hashed_map.hpp>
#include <ikewatch/engine/change.hpp>
#include <ikewatch/engine/view.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ikewatch::dbus {

/// The properties of a tunnel, in the order of the interface.
enum class Property : std::uint8_t { gateway, name, peer, dialect, state, up, flapping, cause, since };
inline constexpr std::size_t properties = static_cast<std::size_t>(Property::since) + 1;
using PropertySet = std::uint16_t;  // one bit each
inline constexpr PropertySet all_properties = (1U << properties) - 1;
constexpr PropertySet bit(Property property) { return static_cast<PropertySet>(1U << static_cast<unsigned>(property)); }
const char* name_of(Property property);

/// All texts are printable, so that a bus takes them.
struct Row {
  std::string gateway;
  std::string name;
  std::string peer;
  std::string dialect;
  tunnel::State state = tunnel::State::unknown;
  bool flapping = false;
  std::string cause;        // empty: none
  std::uint64_t since = 0;  // microseconds since 1970; 0: not known
  PropertySet dirty = 0;    // changed, and not yet told

  [[nodiscard]] bool up() const { return state == tunnel::State::up; }
};

/// One passage from a state to another.
struct Passage {
  std::string path;
  std::string gateway;
  std::string name;
  tunnel::State from = tunnel::State::unknown;
  tunnel::State to = tunnel::State::unknown;
  std::string cause;
  std::uint64_t at = 0;  // microseconds since 1970
};

/// What to tell next. A path that was removed has no row any more.
struct News {
  enum class Kind : std::uint8_t { added, removed, changed, passage } kind = Kind::changed;
  std::string path;
  Passage passage;  // of that kind
};

class Rows {
 public:
  using Map = HashedMap<Row>;  // by path

  /// Passages that wait beyond this are dropped, the oldest first; the properties still tell where each tunnel is.
  static constexpr std::size_t max_passages = 65536;

  /// Everything that there is now. What differs from before is news, unless `silently`.
  void replace(const std::vector<engine::TunnelView>& tunnels, bool silently);
  void put(const engine::TunnelView& tunnel);
  /// False: the tunnel is not known, or not enough is known of it, and put() is needed.
  bool apply(const engine::Change& change);
  /// Tells of a passage, behind apply() or put().
  void pass(const engine::Change& change);

  [[nodiscard]] const Map& all() const { return rows_; }
  [[nodiscard]] const Row* at(std::string_view path) const;
  /// By path, by `GATEWAY/NAME`, by name or by peer: every row that it fits.
  [[nodiscard]] std::vector<const Map::value_type*> named(std::string_view text) const;

  [[nodiscard]] bool has_news() const { return !news_.empty(); }
  /// The next one; a row that changed several times stands there once. `dirty` gives what changed, and is then told.
  std::optional<News> take(PropertySet& dirty);
  /// Takes as long as there is news, however many rows there are.
  void forget_news();

 private:
  void update(const std::string& path, Row row, bool silently);
  void mark(const std::string& path, Row& row, PropertySet changed);

  Map rows_;
  std::deque<News> news_;
  std::size_t passages_ = 0;  // in news_
};

}  // namespace ikewatch::dbus
