// JSON from a request or an answer: read or refused, and what was read is written and read again as the same.
#include "target.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/view/alerts.hpp>
#include <ikewatch/view/json.hpp>
#include <ikewatch/view/reading.hpp>
#include <ikewatch/view/status.hpp>

namespace ikewatch::fuzz {
namespace {

constexpr WallTime ten{std::chrono::seconds{1'795'341'600}};

void check_request(std::string_view bytes) {
  const auto silence = view::silence_request(bytes, ten);
  if (!silence) {
    must(is_printable(silence.error().what), "a refusal is printable");
    return;
  }
  must(silence->scope != alert::Scope{}, "a silence names what it is for");
  (void)view::silence_table({*silence}, {}, ten);
}

}  // namespace

void take(std::string_view bytes) {
  check_request(bytes);
  if (const auto tunnel = view::tunnel_from_json(bytes)) {
    const auto text = view::to_json(*tunnel);
    const auto again = view::tunnel_from_json(text);
    must(again && view::to_json(*again) == text, "a tunnel stays what it is");
    (void)view::to_text(*tunnel, {});
  }
  if (const auto history = view::history_from_json(bytes)) {
    const auto text = view::to_json(*history);
    const auto again = view::history_from_json(text);
    must(again && view::to_json(*again) == text, "a history stays what it is");
    (void)view::day_strip(*history, tunnel::State::up, std::nullopt, ten, {});
  }
  if (const auto silences = view::silences_from_json(bytes)) (void)view::silence_table(*silences, {.width = 60}, ten);
}

}  // namespace ikewatch::fuzz
