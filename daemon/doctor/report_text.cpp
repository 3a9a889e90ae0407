#include <ikewatch/base/text.hpp>
#include <ikewatch/doctor/report.hpp>

namespace ikewatch::doctor {
namespace {

constexpr std::string_view bold = "1";
constexpr std::string_view red = "31";
constexpr std::string_view green = "32";
constexpr std::string_view yellow = "33";
constexpr std::string_view dim = "2";

std::string painted(std::string_view text, std::string_view style, const TextOptions& options) {
  if (!options.colour) return std::string(text);
  return "\x1b[" + std::string(style) + "m" + std::string(text) + "\x1b[0m";
}

/// Prose behind `lead`, wrapped at the width; further lines stand below its first word.
std::string wrapped(std::string_view lead, std::string_view prose, std::size_t width) {
  const std::string safe = to_printable(prose);
  std::string_view text = safe;
  std::string out(lead);
  std::size_t column = lead.size();
  while (!(text = trim_left(text)).empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    const bool first = column == lead.size();
    if (!first && column + 1 + word.size() > width) {
      out.append("\n").append(lead.size(), ' ');
      column = lead.size();
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out += '\n';
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
