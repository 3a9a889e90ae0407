#include "row.hpp"

#include "opening.hpp"
#include "row_json.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/syslog/header.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace ikewatch::reader {
namespace {

constexpr std::size_t most_cells = 64;

bool has_header(std::string_view text) {
  const auto record = syslog::read_header(text);
  return record.stamp.form != syslog::StampForm::none && (!record.program.empty() || !record.host.empty() || !record.tag.empty());
}

/// A cell that is a stamp and nothing else.
bool is_time(std::string_view cell) {
  if (cell.empty() || !(is_digit(cell.front()) || is_alpha(cell.front())) || cell.size() > 48) return false;
  const auto record = syslog::read_header(cell);
  return record.stamp.form != syslog::StampForm::none && trim(record.text).empty() && record.host.empty();
}

bool is_program(std::string_view cell) {
  const auto name = cell.substr(0, cell.find('['));
  return name == "racoon";
}

/// `sep` stands between the cells of a quoted row.
bool is_separator(char c) { return c == ',' || c == ';' || c == '\t'; }

/// One cell off the front: quoted with doubled quotes inside, or bare.
bool take_cell(std::string_view& rest, std::string& cell) {
  cell.clear();
  if (!consume(rest, "\"")) {
    const auto end = std::min(rest.find_first_of(",;\t"), rest.size());
    cell = rest.substr(0, end);
    rest.remove_prefix(end);
    return true;
  }
  while (true) {
    const auto quote = rest.find('"');
    if (quote == rest.npos) return false;
    cell += rest.substr(0, quote);
    rest.remove_prefix(quote + 1);
    if (!rest.starts_with('"')) return rest.empty() || is_separator(rest.front());
    cell += '"';
    rest.remove_prefix(1);
  }
}

bool read_cells(std::string_view line, std::vector<std::string>& cells) {
  while (cells.size() < most_cells) {
    std::string cell;
    if (!take_cell(line, cell)) return false;
    if (!trim(cell).empty()) cells.emplace_back(trim(cell));
    if (line.empty()) return !cells.empty();
    line.remove_prefix(1);
  }
  return false;
}

bool is_level(std::string_view cell) {
  constexpr std::array<std::string_view, 14> words{"info",   "notice", "error",  "warning", "debug",   "daemon", "user",
                                                   "local0", "Info",   "Notice", "Error",   "Warning", "Debug",  "Informational"};
  return cell.size() < 3 || std::find(words.begin(), words.end(), cell) != words.end();
}

/// Time, host, program, message out of the cells; the longest of them is the message.
bool compose(const std::vector<std::string>& cells, std::string& out) {
  const auto message =
      std::max_element(cells.begin(), cells.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
  if (cells.size() == 1 || has_header(*message)) {
    out = *message;
    return true;
  }
  const auto time = std::find_if(cells.begin(), cells.end(), [](const auto& cell) { return is_time(cell); });
  if (time == cells.end() || time == message) return false;
  std::vector<std::string_view> names;
  for (auto cell = cells.begin(); cell != message; ++cell) {
    if (cell != time && !is_level(*cell) && cell->find(' ') == cell->npos) names.emplace_back(*cell);
  }
  out = *time;
  for (const auto name : names) {
    out += ' ';
    out += name;
  }
  const bool program = !names.empty() && (is_program(names.back()) || names.size() > 1);
  out += program ? ": " : " ";
  out += *message;
  return true;
}

bool read_csv(std::string_view line, std::string& out) {
  const bool quoted = line.front() == '"' || (line.back() == '"' && line.find(",\"") != line.npos);
  std::vector<std::string> cells;
  return quoted && read_cells(line, cells) && compose(cells, out);
}

}  // namespace

bool may_be_row(std::string_view line) {
  line = trim(line);
  if (line.size() < 3) return false;
  return line.front() == '"' || line.front() == '{' || line.starts_with("[{") || line.starts_with(",{") || line.back() == '"';
}

bool read_row(std::string_view line, std::string& out) {
  if (!may_be_row(line)) return false;
  line = trim(line);
  if (line.front() == '"' || line.front() != '{') {
    if (read_csv(line, out)) return true;
  }
  return read_json_row(line, out);
}

}  // namespace ikewatch::reader
