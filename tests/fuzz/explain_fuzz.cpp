// The whole way of `explain` on any bytes: reader, header, rules, engine, text and JSON.
#include "target.hpp"

#include "data.hpp"
#include "story.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/diagnosis/case_file.hpp>
#include <ikewatch/syslog/header.hpp>
#include <ikewatch/tunnel/tunnel.hpp>
#include <ikewatch/view/page.hpp>
#include <ikewatch/view/text.hpp>

#include <algorithm>

namespace ikewatch::fuzz {
namespace {

constexpr WallTime written{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

engine::Settings settings(bool vouched_only) {
  engine::Settings settings;
  settings.tunnels = {{"paris", "gw1", "198.51.100.7", false}, {"rome", "gw2", "192.0.2.1", true}};
  settings.gateways = {{"gw1", {"192.0.2.1"}, ""}, {"gw2", {"198.51.100.7"}, ""}};
  settings.max_tunnels = 16;
  settings.timeline = 8;
  settings.vouched_only = vouched_only;
  return settings;
}

void check(const engine::DiagnosisView& diagnosis) {
  must(diagnosis.evidence.size() <= diagnosis::CaseFile::max_evidence, "evidence is bounded");
  must(diagnosis.first_line <= diagnosis.last_line, "the first line is not behind the last");
}

void check(const engine::TunnelView& tunnel) {
  must(tunnel.timeline.size() <= 8, "a timeline is bounded");
  must(tunnel.children.size() <= tunnel::Tunnel::max_sas, "SAs are bounded");
  must(tunnel.diagnoses.size() <= diagnosis::CaseFile::max_told, "findings are bounded");
  for (const auto& diagnosis : tunnel.diagnoses) check(diagnosis);
  for (const auto& entry : tunnel.timeline)
    must(entry.text.size() <= 3 * 512, "an entry is bounded");  // a byte may be shown as U+FFFD
  must(is_json(view::to_json(tunnel)), "a tunnel is JSON");
}

void print(const app::Story& story, const view::LineCounts& lines) {
  std::string json;
  std::string text;
  std::vector<std::size_t> by_state(tunnel::states);
  std::size_t tunnels = 0;
  view::ReportWriter report([&](std::string_view piece) { json += piece; });
  report.begin(lines);
  story.engine().for_each_tunnel([&](const engine::TunnelView& tunnel) {
    check(tunnel);
    ++tunnels;
    ++by_state[static_cast<std::size_t>(tunnel.state)];
    report.tunnel(tunnel);
    text += view::to_text(tunnel, {});
  });
  const auto unattributed = story.engine().unattributed();
  std::for_each(unattributed.begin(), unattributed.end(), [](const auto& diagnosis) { check(diagnosis); });
  report.end(unattributed);
  text += view::to_text(unattributed, {});
  text += view::to_text(lines, by_state, {});
  must(tunnels <= 16, "tunnels are bounded");
  must(is_json(json), "the report is JSON");
  std::erase(text, '\n');
  must(is_printable(text), "the report is printable");
  std::string page = view::status_page(story.engine().snapshot(), "gw1");
  std::erase(page, '\n');
  must(is_printable(page), "the page is printable");
}

/// What the lines of one input became: each is an event, or as many as it says that its message came again, or nothing.
class Reading {
 public:
  Reading(const app::Meaning& meaning, bool vouched_only);
  /// The bytes as a log of their own.
  void read(std::string_view bytes, const char* gateway);
  void end();

 private:
  void tell(const view::EventLine& line);
  void take(const reader::Line& line);

  const app::Meaning& meaning_;
  app::Story story_;
  std::uint64_t delivered_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t repeats_left_ = app::Story::most_repeats;
  std::string event_;
};

Reading::Reading(const app::Meaning& meaning, bool vouched_only)
    : meaning_(meaning), story_(meaning.rules, meaning.knowledge, settings(vouched_only), {}, rules::no_dialect) {
  story_.on_event = [this](const view::EventLine& line) { tell(line); };
}

void Reading::tell(const view::EventLine& line) {
  ++events_;
  event_.clear();
  view::append_event(event_, line, *meaning_.rules);
  must(event_.back() == '\n' && std::count(event_.begin(), event_.end(), '\n') == 1 && is_json(event_),
       "an event is one line of JSON");
}

void Reading::take(const reader::Line& line) {
  const std::uint64_t repeats = line.record ? line.record->repeats : syslog::read_header(line.text).repeats;
  const std::uint64_t wanted = repeats == 0 ? 1 : std::min(repeats, repeats_left_);
  const std::uint64_t lines = story_.lines().vpn;
  const std::uint64_t events = events_;
  story_.take(line);
  const bool counts = story_.lines().vpn != lines;
  must(story_.lines().vpn == lines + (counts ? 1 : 0), "a line counts once");
  must(events_ - events == (counts ? wanted : 0), "a message counts as often as it came");
  if (counts && repeats != 0) repeats_left_ -= wanted;
}

void Reading::read(std::string_view bytes, const char* gateway) {
  story_.begin({gateway, "pasted", written});
  const MemoryFile file(bytes);
  reader::Source source;
  source.path = file.path();
  source.first_line = story_.lines().total + 1;
  const auto totals = reader::read(source, [this](const reader::Line& line) { take(line); });
  if (!totals) return;
  story_.lines().total += totals->lines + totals->parted;
  delivered_ += totals->delivered;
}

void Reading::end() {
  story_.end();
  const view::LineCounts lines = story_.lines();
  must(lines.matched <= lines.vpn && lines.vpn <= delivered_, "lines of a dialect add up");
  must(lines.vpn <= lines.total, "no more lines are of a dialect than there are");
  print(story_, lines);
}

}  // namespace

void take(std::string_view bytes) {
  static const app::Meaning meaning = app::read_meaning({});
  must(meaning.problems.empty(), "what ships is good");
  const auto choice = choice_of(bytes);
  Reading reading(meaning, (choice & 1) != 0);
  reading.read(bytes, "");
  if ((choice & 2) == 0) reading.read(bytes, "gw2");
  reading.end();
}

}  // namespace ikewatch::fuzz
