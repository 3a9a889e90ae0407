// A board with virtual time, for tests. Role: tests of the alert room. Ownership: values.
#pragma once

#include <ikewatch/alert/board.hpp>

#include <string>
#include <vector>

namespace ikewatch::alert {

using namespace std::chrono_literals;
using tunnel::State;

inline Rule a_rule(std::string name, Condition when, Duration hold = 0s, Severity severity = Severity::critical) {
  Rule rule;
  rule.name = std::move(name);
  rule.when = std::move(when);
  rule.hold = hold;
  rule.severity = severity;
  return rule;
}

inline Condition bad_state() {
  Condition when;
  when.state = {State::failed, State::down};
  return when;
}

inline TunnelFact a_tunnel(std::string name, State state, std::string gateway = "gw1") {
  TunnelFact fact;
  fact.name = {std::move(gateway), name};
  fact.peer = name.find('.') == std::string::npos ? "198.51.100.7" : name;
  fact.state = state;
  return fact;
}

struct Fixture {
  explicit Fixture(std::vector<Rule> rules) : board(make(std::move(rules))) {}
  static Setup make(std::vector<Rule> rules) {
    Setup setup;
    setup.rules = std::move(rules);
    setup.gateway = "here";
    return setup;
  }

  void see(TunnelFact fact) {
    board.observe(std::move(fact), now);
    board.advance(now);
  }
  void pass(Duration span) {
    const auto until = now.steady + span;
    while (now.steady < until) {
      const auto next = board.next_deadline();
      const Duration step = next && *next > now.steady && *next < until ? *next - now.steady : until - now.steady;
      now = now.later(step);
      board.advance(now);
    }
  }
  /// `firing TunnelDown branch`, in order.
  std::vector<std::string> told() {
    std::vector<std::string> lines;
    for (const auto& notice : board.take_notices()) {
      const auto tunnel = notice.labels.find("tunnel");
      lines.push_back(std::string(name_of(notice.kind)) + ' ' + notice.labels.at("alertname") +
                      (tunnel == notice.labels.end() ? "" : ' ' + tunnel->second));
    }
    return lines;
  }

  Board board;
  Moment now{WallTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}}, 1000s};
};

using Lines = std::vector<std::string>;

}  // namespace ikewatch::alert
