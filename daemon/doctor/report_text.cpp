#include <ikewatch/base/text.hpp>
#include <ikewatch/doctor/report.hpp>
#include <ikewatch/view/prose.hpp>

namespace ikewatch::doctor {
namespace {

using view::bold, view::dim, view::green, view::red, view::yellow;

std::string painted(std::string_view text, std::string_view style, const TextOptions& options) {
  return view::painted(text, style, options.colour);
}

/// Prose behind `lead`; further lines stand below its first word.
std::string wrapped(std::string_view lead, std::string_view prose, std::size_t width) {
  return view::wrapped(to_printable(prose), std::string(lead.size(), ' '), width, lead);
}

std::string_view style_of(Severity severity) {
  if (severity == Severity::error) return red;
  return severity == Severity::warning ? yellow : dim;
}

std::string block_for(const Finding& finding, const TextOptions& options) {
  std::string out = painted(name_of(finding.severity), style_of(finding.severity), options) + ' ' + std::string(finding.check);
  std::string place = to_printable(to_string(Problem{finding.place, {}}));
  while (place.ends_with(' ') || place.ends_with(':')) place.pop_back();
  if (!place.empty()) out += "  " + painted(place, bold, options);
  out += '\n' + wrapped("  ", finding.what, options.width);
  if (!finding.log.empty()) out += wrapped("  Log: ", finding.log, options.width);
  out += wrapped("  Do:  ", finding.remedy, options.width);
  if (finding.cause != rules::Cause::none) out += "  Leads to " + std::string(rules::name_of(finding.cause)) + ".\n";
  return out + '\n';
}

std::string counted(std::size_t count, std::string_view one, std::string_view more) {
  return std::to_string(count) + ' ' + std::string(count == 1 ? one : more);
}

std::string summary_of(const Report& report, const TextOptions& options) {
  const auto problems = report.problems();
  const auto hints = report.count(Severity::hint);
  std::string out = painted(counted(problems, "problem", "problems"), problems == 0 ? green : red, options);
  if (hints != 0) out += ", " + counted(hints, "hint", "hints");
  out += "; " + counted(report.well.size(), "thing is well", "things are well");
  if (!report.not_looked_at.empty()) out += "; " + std::to_string(report.not_looked_at.size()) + " could not be looked at";
  return out + ".\n";
}

}  // namespace

std::string to_text(const Report& report, const TextOptions& options) {
  std::string out;
  for (const Finding& finding : report.findings) out += block_for(finding, options);
  for (const NotLooked& one : report.not_looked_at)
    out += wrapped("Not looked at: ", one.what + " (" + one.why + ").", options.width);
  if (!report.not_looked_at.empty()) out += '\n';
  out += wrapped("",
                 "Looked at " + report.racoon_conf +
                     " and what it names. What racoon itself says is in its log: `ikewatch explain FILE` reads it.",
                 options.width);
  return out + summary_of(report, options);
}

}  // namespace ikewatch::doctor
