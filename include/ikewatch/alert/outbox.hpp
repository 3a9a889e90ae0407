// The outbox: every notice reaches every receiver that wants it at least once, in order, however long that takes. Role: board ->
// outbox -> notify; what became of a delivery comes back. Ownership: holds what waits. Threads: one at a time; given time, never
// asks for it, and sends nothing itself.
#pragma once

#include <ikewatch/alert/notice.hpp>
#include <ikewatch/alert/retry.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ikewatch::alert {

/// What the outbox must know of a receiver. No secret is among it.
struct ReceiverPolicy {
  std::string name;
  std::size_t targets = 1;               // each is told of everything, on its own
  std::vector<std::string> alerts = {};  // names; empty: every alert
  bool keeps_state = false;              // is sent what fires again and again, and the end several times: Alertmanager
  bool wants_updates = false;            // takes news of an alert that it knows without paging anybody
  Duration spacing{0};                   // between two requests
};

struct OutboxLimits {
  std::size_t waiting = 1000;  // for each target; the oldest news that is no end of something told is dropped first
  Duration resend = std::chrono::minutes(1);       // keeps_state
  unsigned resolved_repeats = 4;                   // keeps_state: how often an end is sent, a minute apart
  std::size_t batch = 200;                         // keeps_state: alerts in one request
  Duration patience = std::chrono::hours(24 * 3);  // for one notification
  std::size_t told = 20000;                        // remembered for each target
};

/// One request to make.
struct Delivery {
  std::uint64_t ticket = 0;
  std::string receiver;
  std::size_t target = 0;
  std::string message_id;       // the same over all attempts
  std::vector<Notice> notices;  // one, or many where the receiver keeps a state
  unsigned attempt = 1;
};

struct Outcome {
  unsigned status = 0;  // of HTTP; 0: there was no answer, see `failure`
  Failure failure = Failure::none;
  std::optional<Duration> retry_after = {};
};

struct LaneStatus {
  std::string receiver;
  std::size_t target = 0;
  std::size_t waiting = 0;         // not delivered yet
  std::optional<WallTime> oldest;  // of these
  std::optional<WallTime> failing_since;
  std::string_view last_reason;  // why it fails
  bool disabled = false;
  std::uint64_t attempts = 0;
  std::map<std::string, std::uint64_t, std::less<>> failures;  // by reason; dropped ones too: overflow, expired, disabled
};

struct LetterMemory {
  Notice notice;
  bool must = false;
  WallTime queued;
  unsigned repeats = 0;
  bool operator==(const LetterMemory&) const = default;
};

struct LaneMemory {
  std::string receiver;
  std::size_t target = 0;
  std::vector<LetterMemory> letters;
  std::map<std::string, std::string> told;  // key of the alert -> id
  bool disabled = false;
  bool operator==(const LaneMemory&) const = default;
};

struct OutboxMemory {
  std::vector<LaneMemory> lanes;
  bool operator==(const OutboxMemory&) const = default;
};

class Outbox {
 public:
  explicit Outbox(OutboxLimits limits = {});
  ~Outbox();
  Outbox(Outbox&&) noexcept;
  Outbox& operator=(Outbox&&) noexcept;

  /// At the start, before restore(), and at every reload, which gives disabled receivers another chance. What waits for receivers
  /// that stay goes on waiting.
  void configure(const std::vector<ReceiverPolicy>& receivers, Moment now);

  /// For each receiver that wants it, unless it knows already: firing alerts may be offered again at any time.
  void enqueue(const Notice& notice, Moment now);

  /// What may be sent now: at most one delivery at a time for a target.
  [[nodiscard]] std::vector<Delivery> due(Moment now);
  /// What became of it. Unknown tickets are ignored: the receiver may have been deleted meanwhile.
  void settle(std::uint64_t ticket, const Outcome& outcome, Moment now);
  [[nodiscard]] std::optional<Duration> next_deadline() const;

  [[nodiscard]] std::vector<LaneStatus> status() const;
  /// Some receiver had no room for alerts that fire, and has now: they should be offered again. Asked once, told once.
  [[nodiscard]] bool missed_some();

  [[nodiscard]] OutboxMemory memory() const;
  void restore(const OutboxMemory& memory, Moment now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ikewatch::alert
