// The whole way of `explain` on any bytes: reader, header, rules, engine, text and JSON.
#include "target.hpp"

#include "data.hpp"
#include "story.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/diagnosis/case_file.hpp>
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

reader::Totals read(app::Story& story, std::string_view bytes) {
  const MemoryFile file(bytes);
  reader::Source source;
  source.path = file.path();
  source.first_line = story.lines().total + 1;
  const auto totals = reader::read(source, [&](const reader::Line& line) { story.take(line); });
  return totals ? *totals : reader::Totals{};
}

}  // namespace

void take(std::string_view bytes) {
  static const app::Meaning meaning = app::read_meaning({});
  must(meaning.problems.empty(), "what ships is good");
  const auto choice = choice_of(bytes);
  app::Story story(meaning.rules, meaning.knowledge, settings((choice & 1) != 0), {}, rules::no_dialect);
  std::uint64_t events = 0;
  std::string event;
  story.on_event = [&](const view::EventLine& line) {
    ++events;
    event.clear();
    view::append_event(event, line, *meaning.rules);
    must(event.back() == '\n' && std::count(event.begin(), event.end(), '\n') == 1 && is_json(event),
         "an event is one line of JSON");
  };
  std::uint64_t delivered = 0;
  for (const char* gateway : {"", "gw2"}) {
    story.begin({gateway, "pasted", written});
    const auto totals = read(story, bytes);
    story.lines().total += totals.lines + totals.parted;
    delivered += totals.delivered;
    if ((choice & 2) != 0) break;
  }
  story.end();
  const view::LineCounts lines = story.lines();
  must(lines.vpn == events && lines.matched <= lines.vpn && lines.vpn <= delivered, "lines of a dialect add up");
  must(lines.vpn <= lines.total, "no more lines are of a dialect than there are");
  print(story, lines);
}

}  // namespace ikewatch::fuzz
