// The engine's memory: gateways, and the tunnels of each. Role: private to the engine room. Ownership: plain values in vectors;
// indices stay valid, nothing is ever removed. Threads: one at a time.
#pragma once

#include "blocks.hpp"
#include "peer_index.hpp"
#include "timeline.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/diagnosis/case_file.hpp>
#include <ikewatch/diagnosis/history.hpp>
#include <ikewatch/engine/engine.hpp>
#include <ikewatch/tunnel/attribution.hpp>
#include <ikewatch/tunnel/tunnel.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <queue>

namespace ikewatch::engine {

using tunnel::TunnelIndex;

/// The one form of a peer that all spellings of an address share; of that form it is the same again, since it is what is saved.
std::string canonical_peer(std::string_view peer);

/// What the outside notices of a tunnel.
struct Face {
  tunnel::State state = tunnel::State::unknown;
  bool flapping = false;
  rules::Cause cause = rules::Cause::none;
  rules::Side side = rules::Side::unknown;
  rules::Confidence confidence = rules::Confidence::possible;
  bool operator==(const Face&) const = default;

  static Face of(const struct TunnelEntry& entry, WallTime now);
};

/// The same tunnel in the log of the other end.
struct FarEnd {
  TunnelIndex tunnel = 0;
  bool certain = false;  // by cookies or by addresses; else by time alone
};

/// A tunnel and all that is known of it. What every event reads or writes stands at the front, so that it shares few cache lines;
/// LookAhead fetches the first `hot_bytes`. What is rarely looked at stands behind.
struct alignas(64) TunnelEntry {
  static constexpr std::size_t quiet_bytes = 384;  // as far as the holdings of `tunnel`
  static constexpr std::size_t hot_bytes = 512;    // as far as its attempts

  std::string peer;
  std::uint32_t gateway = 0;
  rules::DialectId dialect = rules::no_dialect;
  bool configured = false;
  bool on_demand = false;
  bool initiates = false;  // this gateway began the present attempt
  bool vouched = false;    // an SA came about, or this gateway began: it is meant to be
  bool stranger = false;   // one of many that came once and never again: no tunnel
  bool stamped = false;    // its lines tell when they were written
  Face face;               // as it was last noticed
  std::uint64_t events = 0;
  std::uint64_t touched = 0;  // when it last changed, in Core's count of changes
  diagnosis::CaseFile findings;
  std::optional<WallTime> first_event;
  std::optional<WallTime> last_event;
  std::optional<WallTime> scheduled;  // the earliest of its entries in Gateway::deadlines
  diagnosis::History history;
  Timeline timeline;
  tunnel::Tunnel tunnel;  // its own hot part is its first half

  std::array<std::uint64_t, 3> negotiations{};
  std::string name;
  std::optional<FarEnd> far_end;
  std::optional<WallTime> began;       // the last negotiation
  std::optional<WallTime> looked_for;  // the one whose far end was searched in vain
  std::uint64_t turn = 0;              // of its last phase 1 attempt
  std::uint64_t peer_dead = 0;
  std::map<std::pair<int, rules::Cause>, std::uint64_t> failures;
};

/// An event that names no tunnel and waits for the line that does.
struct HeldEvent {
  std::string raw;
  rules::Event event;  // its fields point into `raw`, into `texts` or at static names
  std::string texts;   // of the fields, where the event was saved
  std::uint64_t line = 0;
  std::optional<WallTime> time;
  WallTime now;
};

/// The lines that one packet or timer makes a daemon print stand together; the first or the last of them names the peer.
struct Burst {
  std::optional<TunnelIndex> tunnel;
  WallTime at;
  bool closed = false;   // its last line was seen: what follows belongs to another
  bool refused = false;  // its peer is no tunnel: what follows concerns nobody

  /// Of a line that went to a tunnel. Member by member: a copy of the whole would be read before its parts are in the cache, and
  /// then wait for every store before them.
  void begin(TunnelIndex index, WallTime now, bool ends) {
    tunnel = index;
    at = now;
    closed = ends;
    refused = false;
  }
};

/// Tunnels by the time at which they want to be looked at. An entry may be out of date, it is checked when its time comes: most
/// deadlines only move away, which then costs nothing.
class TimeQueue {
 public:
  using Entry = std::pair<WallTime, TunnelIndex>;
  void push(WallTime when, TunnelIndex tunnel) { heap_.push({when, tunnel}); }
  [[nodiscard]] std::optional<WallTime> first() const { return heap_.empty() ? std::nullopt : std::optional(heap_.top().first); }
  TunnelIndex pop() {
    const TunnelIndex tunnel = heap_.top().second;
    heap_.pop();
    return tunnel;
  }

 private:
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> heap_;
};

/// As with a TunnelEntry, what every event looks at stands at the front.
struct alignas(64) Gateway {
  static constexpr std::size_t hot_bytes = 256;

  std::string name;
  std::uint32_t index = 0;  // its place in the table
  WallTime now;
  std::uint64_t log = 0;      // the last log that spoke of it
  std::uint64_t touched = 0;  // see TunnelEntry
  TimeQueue deadlines;
  std::deque<HeldEvent> held;
  std::unique_ptr<HeldEvent> ending;  // a daemon said that it starts or stops; it counts when something follows
  Burst burst;
  std::uint64_t told_news = 0;  // Attribution::news() after `touched_ties` changes
  std::uint64_t touched_ties = 0;
  tunnel::Attribution attribution;

  TextMap<TunnelIndex> spellings;  // of peers, where they are not the canonical one
  std::vector<TunnelIndex> tunnels;
  diagnosis::CaseFile findings;  // what concerns the gateway, or a tunnel that cannot be told
  /// Phase 1 attempts by TunnelEntry::turn, which is the order of their beginning; ended ones are among them.
  std::deque<std::pair<std::uint64_t, TunnelIndex>> pending;
  std::map<rules::DialectId, std::uint64_t> refused;  // events of strangers and of peers beyond the limit
};

class Table {
 public:
  explicit Table(std::size_t max_tunnels) : max_tunnels_(max_tunnels) {}

  /// The gateway of that name, made where it is new.
  Gateway& gateway(std::string_view name);
  /// The place of the gateway of that name among gateways(), without a look at it; `no_gateway` where no line was of it yet.
  static constexpr std::uint32_t no_gateway = 0xffffffff;
  [[nodiscard]] std::uint32_t place_of_gateway(std::string_view name) const;

  /// The tunnel to a peer as the log writes it, made where it is new; nothing when the table is full.
  std::optional<TunnelIndex> tunnel(Gateway& gateway, std::string_view peer) {
    const TunnelIndex found = canonical(gateway, peer);
    return found != PeerIndex::nobody ? std::optional(found) : other_tunnel(gateway, peer);
  }

  /// The one that tunnel() would find.
  [[nodiscard]] std::optional<TunnelIndex> find(const Gateway& gateway, std::string_view peer) const;
  [[nodiscard]] bool knows(const Gateway& gateway, std::string_view peer) const { return find(gateway, peer).has_value(); }

  [[nodiscard]] const PeerIndex& peers() const { return peers_; }

  TunnelEntry& operator[](TunnelIndex index) { return tunnels_[index]; }
  const TunnelEntry& operator[](TunnelIndex index) const { return tunnels_[index]; }
  [[nodiscard]] std::size_t size() const { return tunnels_.size(); }
  std::deque<Gateway>& gateways() { return gateways_; }
  [[nodiscard]] const std::deque<Gateway>& gateways() const { return gateways_; }
  void limit(std::size_t max_tunnels) { max_tunnels_ = max_tunnels; }

  WallTime clock;  // the last moment of which every gateway was told; new ones begin there

 private:
  static constexpr std::size_t max_gateways = 65536;
  static constexpr std::size_t max_spellings = 4;  // for each tunnel

  std::optional<TunnelIndex> other_tunnel(Gateway& gateway, std::string_view peer);
  [[nodiscard]] TunnelIndex canonical(const Gateway& gateway, std::string_view peer) const;

  std::size_t max_tunnels_;
  std::deque<Gateway> gateways_;
  Blocks<TunnelEntry, 32> tunnels_;
  TextMap<std::uint32_t> by_name_;
  PeerIndex peers_;
  std::uint32_t last_gateway_ = 0;  // lines of one gateway come together
};

}  // namespace ikewatch::engine
