// Views as JSON, in the names of the product's interface. Role: engine views -> bytes for `explain`, HTTP and tests.
// Ownership: writes into a buffer of its own and hands pieces to the caller's function. Threads: one writer, one thread.
#pragma once

#include <ikewatch/engine/change.hpp>
#include <ikewatch/engine/view.hpp>
#include <ikewatch/rules/rule_set.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::view {

struct LineCounts {
  std::uint64_t total = 0;
  std::uint64_t vpn = 0;      // lines of a known dialect
  std::uint64_t matched = 0;  // of these, lines that a rule knows
  [[nodiscard]] std::uint64_t unmatched() const { return vpn - matched; }
  [[nodiscard]] std::uint64_t other() const { return total - vpn; }
};

/// Takes finished pieces of output, in order.
using Write = std::function<void(std::string_view)>;

/// The document of `explain --format json`, tunnel by tunnel, so that only one is in memory. Call begin, tunnel..., end.
class ReportWriter {
 public:
  explicit ReportWriter(Write write);
  ~ReportWriter();
  void begin(const LineCounts& lines);
  void tunnel(const engine::TunnelView& tunnel);
  void end(const std::vector<engine::DiagnosisView>& unattributed);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// One tunnel, or an array of them, as a document of its own.
std::string to_json(const engine::TunnelView& tunnel);
std::string to_json(const std::vector<engine::TunnelView>& tunnels);
/// One tunnel with a member more, `history`.
std::string to_json(const engine::TunnelView& tunnel, const std::vector<engine::Change>& history);
/// An array of changes.
std::string to_json(std::span<const engine::Change> history);

/// `{"NAME":"TEXT"}`, for small answers of an interface.
std::string to_json(std::string_view name, std::string_view text);

/// One line of `explain --format events`, with its newline, appended to `out`. `rules` gives the names of dialect and fields.
struct EventLine {
  std::uint64_t line = 0;
  std::optional<WallTime> time;
  std::string_view gateway;
  std::string_view peer;  // empty: none
  rules::Verdict verdict;
  const rules::Event* event = nullptr;  // null: no rule matched
};
void append_event(std::string& out, const EventLine& line, const rules::RuleSet& rules);

}  // namespace ikewatch::view
