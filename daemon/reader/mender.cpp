#include "mender.hpp"

#include "lead.hpp"
#include "markup.hpp"
#include "opening.hpp"
#include "plain.hpp"
#include "row.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/rules/values.hpp>
#include <ikewatch/syslog/header.hpp>

#include <algorithm>

namespace ikewatch::reader {
namespace {

constexpr std::size_t longest_entry_field = 16 * 1024;

std::string_view without_bullet(std::string_view line) {
  auto rest = trim_left(line);
  if (rest.starts_with("\xe2\x80\xa2")) return trim_left(rest.substr(3));  // U+2022, the bullet itself
  if (consume(rest, "- ") || consume(rest, "* ")) return rest;
  const auto digits = static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_digit) - rest.begin());
  if (digits == 0 || digits > 3 || digits + 1 >= rest.size()) return line;
  const bool numbered = (rest[digits] == '.' || rest[digits] == ')') && rest[digits + 1] == ' ';
  return numbered ? rest.substr(digits + 2) : line;
}

/// `Sun 2026-11-22 10:00:00.123456 UTC [s=..;i=..;b=..]`: the stamp alone, else nothing.
std::string_view stamp_of_fields(std::string_view line) {
  const auto bracket = line.find(" [s=");
  if (bracket == line.npos || bracket > 64 || !line.ends_with(']')) return {};
  const auto stamp = line.substr(0, bracket);
  const auto record = syslog::read_header(stamp);
  return record.stamp.text == stamp ? stamp : std::string_view{};
}

bool is_field(std::string_view line) {
  if (!line.starts_with("    ")) return false;
  line = trim_left(line);
  const auto equals = line.find('=');
  if (equals == line.npos || equals == 0) return false;
  return std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(equals),
                     [](char c) { return is_upper(c) || is_digit(c) || c == '_'; });
}

/// `[ 11-22 10:00:00.000  123: 456 I/racoon   ]` as `11-22 10:00:00.000  123  456 I/racoon: `; empty for other lines.
std::string head_of_logcat(std::string_view line) {
  line = trim(line);
  if (line.size() > 128 || !consume(line, "[ ") || !line.ends_with(']')) return {};
  line.remove_suffix(1);
  std::string head(trim_right(line));
  if (head.size() < 24 || head[2] != '-') return {};
  if (const auto colon = head.find(':', 18); colon != head.npos) head[colon] = ' ';
  head += ": ";
  const auto record = syslog::read_header(head);
  return record.program.empty() || record.stamp.form == syslog::StampForm::none ? std::string{} : head;
}

/// `>198.51.100.7[500] spi=...`: a terminal broke the line within `->`.
bool is_half_arrow(std::string_view line) {
  const auto behind = line.substr(1);
  return rules::address_length(behind) != 0 && opening_of(behind) == Opening::none;
}

}  // namespace

std::string_view without_marks(std::string_view line) {
  auto rest = trim_left(line);
  const bool quoted = rest.starts_with('>') && !is_half_arrow(rest);
  while (quoted && consume(rest, ">")) {
    const auto next = trim_left(rest);
    rest = next.starts_with('>') ? next : rest.substr(rest.starts_with(' ') ? 1 : 0);
  }
  if (!quoted) rest = line;
  const auto bare = without_bullet(rest);
  return bare.size() != rest.size() && opening_of(bare) > Opening::named ? bare : rest;
}

void Mender::add(std::string_view line, std::uint64_t number) {
  if (strip_markup(line, stripped_)) line = stripped_;
  if (make_plain(line, plain_)) line = plain_;
  std::uint64_t pieces = 0;
  const auto give = [&](std::string_view piece) {
    ++pieces;
    add_plain(piece, number);
  };
  for (auto end = line.find('\n'); end != line.npos; end = line.find('\n')) {
    if (const auto piece = line.substr(0, end); !trim(piece).empty()) give(piece);
    line.remove_prefix(end + 1);
  }
  if (pieces == 0 || !trim(line).empty()) give(line);
  parted_ += pieces - 1;
}

void Mender::add_plain(std::string_view line, std::uint64_t number) {
  line = without_marks(line);
  if (entry_ != Entry::none && entry_goes_on(line, number)) return;
  if (entry_begins(line, number)) return;
  const bool row = read_row(line, row_);
  sink_(row ? std::string_view(row_) : without_lead(line), number);
}

bool Mender::entry_begins(std::string_view line, std::uint64_t number) {
  if (line.empty() || line.back() != ']') return false;
  if (const auto stamp = stamp_of_fields(line); !stamp.empty()) {
    stamp_ = stamp;
    entry_ = Entry::fields;
  } else {
    stamp_ = head_of_logcat(line);
    if (stamp_.empty()) return false;
    entry_ = Entry::head;
  }
  for (std::string* part : {&host_, &program_, &pid_, &message_}) part->clear();
  number_ = number;
  return true;
}

bool Mender::entry_goes_on(std::string_view line, std::uint64_t number) {
  if (entry_ == Entry::head) {
    if (trim(line).empty() || !head_of_logcat(line).empty()) {
      entry_ = Entry::none;
      return trim(line).empty();
    }
    row_ = stamp_;
    row_ += line;
    sink_(row_, number_ != 0 ? number_ : number);
    number_ = 0;  // further lines of the same entry stand where they stand
    return true;
  }
  if (!is_field(line)) {
    finish();
    return false;
  }
  take_field(trim_left(line));
  return true;
}

void Mender::take_field(std::string_view field) {
  const auto equals = field.find('=');
  const auto name = field.substr(0, equals);
  const auto value = field.substr(equals + 1, longest_entry_field);
  const auto set = [value](std::string& part) {
    if (part.empty()) part = value;
  };
  if (name == "MESSAGE") set(message_);
  if (name == "_HOSTNAME") set(host_);
  if (name == "SYSLOG_IDENTIFIER") program_ = value;
  if (name == "_COMM") set(program_);
  if (name == "_PID") set(pid_);
}

void Mender::finish() {
  if (entry_ == Entry::fields && !message_.empty()) {
    row_ = stamp_ + " " + (host_.empty() ? "-" : host_) + " " + (program_.empty() ? "-" : program_);
    if (!pid_.empty()) row_ += "[" + pid_ + "]";
    row_ += ": " + message_;
    sink_(row_, number_);
  }
  entry_ = Entry::none;
}

}  // namespace ikewatch::reader
