// An outbox whose clock the test holds, and receivers that answer as it says.
#pragma once

#include <ikewatch/alert/outbox.hpp>

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace ikewatch::alert {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

inline ReceiverPolicy receiver(std::string name) {
  ReceiverPolicy policy;
  policy.name = std::move(name);
  return policy;
}

inline ReceiverPolicy alertmanager(std::size_t targets = 1) {
  auto policy = receiver("am");
  policy.keeps_state = true;
  policy.targets = targets;
  return policy;
}

struct Post {
  explicit Post(std::vector<ReceiverPolicy> policies, OutboxLimits limits = {}) : outbox(limits), receivers(std::move(policies)) {
    outbox.configure(receivers, now);
  }

  /// An alert called `key`; each firing after a resolve has an id of its own.
  Notice notice(NoticeKind kind, const std::string& key) {
    Notice made;
    made.kind = kind;
    made.key = key;
    if (kind == NoticeKind::firing) begun[key] = {key + std::to_string(++serial), now.wall};
    made.id = begun[key].first;
    made.labels = {{"alertname", key}};
    made.starts_at = begun[key].second;
    if (kind == NoticeKind::resolved) made.ends_at = now.wall;
    return made;
  }
  void fire(const std::string& key) { outbox.enqueue(notice(NoticeKind::firing, key), now); }
  void resolve(const std::string& key) { outbox.enqueue(notice(NoticeKind::resolved, key), now); }
  void pass(Duration span) { now = now.later(span); }

  static std::string line(const Delivery& delivery) {
    std::string text = delivery.receiver + (delivery.target == 0 ? "" : std::to_string(delivery.target));
    for (const auto& n : delivery.notices)
      text += ' ' + std::string(name_of(n.kind)) + ' ' + n.key + (n.times > 1 ? " x" + std::to_string(n.times) : "");
    return text;
  }
  /// Everything that is due now, answered with the same outcome, until nothing is due.
  Lines deliver(const Outcome& outcome = {200, Failure::none, std::nullopt}) {
    Lines lines;
    for (auto batch = outbox.due(now); !batch.empty(); batch = outbox.due(now)) {
      for (const auto& delivery : batch) {
        lines.push_back(line(delivery));
        outbox.settle(delivery.ticket, outcome, now);
      }
    }
    return lines;
  }
  Lines fail(unsigned status) { return deliver({status, Failure::none, std::nullopt}); }
  LaneStatus status() { return outbox.status().at(0); }

  Outbox outbox;
  std::vector<ReceiverPolicy> receivers;
  Moment now{WallTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}}, 100s};
  std::map<std::string, std::pair<std::string, WallTime>> begun;
  int serial = 0;
};

}  // namespace ikewatch::alert
