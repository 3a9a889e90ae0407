// What changed on a tunnel, for people.
#include <ikewatch/view/text.hpp>

#include <ikewatch/base/text.hpp>

namespace ikewatch::view {
namespace {

using engine::Change;
using engine::ChangeKind;

std::string what(const Change& change) {
  const std::string state(tunnel::name_of(change.to));
  switch (change.kind) {
    case ChangeKind::state:
      return std::string(tunnel::name_of(change.from)) + " -> " + state;
    case ChangeKind::flapping:
      return change.flapping ? "begins to flap" : "flaps no more";
    case ChangeKind::diagnosis:
      if (change.cause == rules::Cause::none) return "resolved";
      return std::string(rules::name_of(change.cause)) + ", " + std::string(rules::name_of(change.confidence)) + ", side " +
             std::string(rules::name_of(change.side));
  }
  return state;
}

}  // namespace

std::string to_text(const std::vector<Change>& history, const TextOptions& options) {
  std::string text;
  for (const Change& change : history) {
    const std::size_t begin = text.size();
    text += to_iso8601(std::chrono::floor<std::chrono::seconds>(change.at)) + "  " + to_printable(change.gateway) + ' ' +
            to_printable(change.tunnel) + "  " + what(change);
    const std::size_t used = text.size() - begin;
    const std::size_t room = options.width > used + 20 ? options.width - used - 4 : 16;
    const std::string line = to_printable(change.text);
    if (!line.empty()) text += "  [" + line.substr(0, room) + (line.size() > room ? "..." : "") + ']';
    text += '\n';
  }
  return text;
}

}  // namespace ikewatch::view
