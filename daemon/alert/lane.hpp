// One target of one receiver: what waits for it, in order. Role: private to the outbox. Ownership: a value. Threads: one at a
// time.
#pragma once

#include <ikewatch/alert/outbox.hpp>

#include <deque>

namespace ikewatch::alert {

struct Letter {
  Notice notice;
  bool must = false;  // the end of something that was told
  bool sending = false;
  bool changed = false;  // keeps_state: since it was sent
  bool alone = false;    // keeps_state: the receiver refused it among others
  WallTime queued;
  Duration due{0};       // keeps_state: when it is sent next
  unsigned repeats = 0;  // keeps_state, resolved: how often still
  unsigned attempts = 0;
};

class Lane {
 public:
  Lane(const ReceiverPolicy& policy, std::size_t target, const OutboxLimits& limits);

  void adopt(const ReceiverPolicy& policy);
  void enqueue(const Notice& notice, Moment now);
  std::optional<Delivery> due(Moment now);
  void settle(const Outcome& outcome, Moment now);

  [[nodiscard]] std::optional<Duration> next_deadline() const;
  [[nodiscard]] LaneStatus status() const;
  [[nodiscard]] bool take_missed();
  [[nodiscard]] LaneMemory memory() const;
  void restore(const LaneMemory& memory, Moment now);
  [[nodiscard]] bool busy() const { return busy_; }
  [[nodiscard]] const ReceiverPolicy& policy() const { return policy_; }
  [[nodiscard]] std::size_t target() const { return status_.target; }

 private:
  [[nodiscard]] bool wants(const Notice& notice) const;
  [[nodiscard]] bool knows(const Notice& notice) const;
  void queue_firing(const Notice& notice, Moment now);
  void queue_resolved(const Notice& notice, Moment now);
  void keep_state(const Notice& notice, Moment now);
  void push(const Notice& notice, bool must, Moment now);
  void merge_into_earlier(std::deque<Letter>::iterator letter);
  void collapse();
  void make_room();
  void drop(std::deque<Letter>::iterator letter, std::string_view reason);
  void delivered(Letter& letter, Moment now);
  void refused(const Ruling& ruling, const Outcome& outcome, Moment now);
  void reject(Moment now);
  void expire(Moment now);
  void remember(const Notice& notice);
  [[nodiscard]] std::vector<Letter*> next_batch(Moment now);

  ReceiverPolicy policy_;
  OutboxLimits limits_;
  LaneStatus status_;
  std::deque<Letter> letters_;
  std::map<std::string, std::string> told_;
  bool busy_ = false;
  bool missed_ = false;
  unsigned failures_ = 0;  // in a row
  Duration not_before_{0};
};

}  // namespace ikewatch::alert
