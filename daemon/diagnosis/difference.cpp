#include <ikewatch/diagnosis/case_file.hpp>

#include <ikewatch/base/text.hpp>

namespace ikewatch::diagnosis {
namespace {

using rules::FieldId;

constexpr std::size_t longest_value = 80;

std::string value(const rules::Event& event, FieldId id) { return to_printable(trim(event.field(id)).substr(0, longest_value)); }

std::string two_values(const rules::Event& event) {
  const std::string mine = value(event, FieldId::mine);
  const std::string theirs = value(event, FieldId::theirs);
  if (mine.empty() || theirs.empty() || mine == theirs) return {};
  const std::string subject = value(event, FieldId::attribute);
  return (subject.empty() ? "Here it is " : subject + ": here it is ") + mine + ", at the peer " + theirs + ".";
}

std::string asked_for(const rules::Event& event) {
  const std::string both = value(event, FieldId::selectors);
  if (!both.empty()) return "Asked for: " + both + ".";
  const std::string local = value(event, FieldId::local_ts);
  const std::string remote = value(event, FieldId::remote_ts);
  if (local.empty() || remote.empty()) return {};
  return "Asked for: " + local + " here, " + remote + " behind the peer.";
}

}  // namespace

std::string difference(const rules::Event& event) {
  auto text = two_values(event);
  return text.empty() ? asked_for(event) : text;
}

}  // namespace ikewatch::diagnosis
