#include "row_json.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/syslog/header.hpp>

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace ikewatch::reader {
namespace {

// Iterative: a line of a million brackets must not use up the stack. Numbers as text: a stamp keeps its digits.
constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;

enum class Part : std::uint8_t { message, time, host, program, pid, none };
constexpr std::size_t parts = static_cast<std::size_t>(Part::none);

struct Name {
  std::string_view key;
  std::string_view parent;  // of a nested key; empty: of any object
  Part part;
  int weight;  // of several keys for one part the heaviest counts
};

/// What Splunk, Graylog, Elasticsearch, syslog-ng, fluentd, docker and others call the parts of a line.
constexpr std::array names{
    Name{"_raw", {}, Part::message, 9},
    Name{"original", "event", Part::message, 2},
    Name{"full_message", {}, Part::message, 6},
    Name{"MESSAGE", {}, Part::message, 8},
    Name{"message", {}, Part::message, 8},
    Name{"Message", {}, Part::message, 8},
    Name{"short_message", {}, Part::message, 7},
    Name{"msg", {}, Part::message, 5},
    Name{"log", {}, Part::message, 5},
    Name{"eventMessage", {}, Part::message, 8},  // log show --style ndjson
    Name{"textPayload", {}, Part::message, 5},
    Name{"line", {}, Part::message, 4},
    Name{"text", {}, Part::message, 3},
    Name{"@timestamp", {}, Part::time, 8},
    Name{"timestamp", {}, Part::time, 7},
    Name{"_time", {}, Part::time, 7},
    Name{"time", {}, Part::time, 6},
    Name{"Time", {}, Part::time, 6},
    Name{"DATE", {}, Part::time, 6},
    Name{"timereported", {}, Part::time, 7},  // rsyslog
    Name{"timegenerated", {}, Part::time, 6},
    Name{"datetime", {}, Part::time, 6},
    Name{"ts", {}, Part::time, 5},
    Name{"ISODATE", {}, Part::time, 8},
    Name{"host", {}, Part::host, 7},
    Name{"HOST", {}, Part::host, 8},
    Name{"hostname", {}, Part::host, 8},
    Name{"name", "host", Part::host, 8},
    Name{"hostname", "host", Part::host, 7},
    Name{"source", {}, Part::host, 5},
    Name{"_HOSTNAME", {}, Part::host, 8},
    Name{"PROGRAM", {}, Part::program, 8},
    Name{"program", {}, Part::program, 8},
    Name{"ident", {}, Part::program, 7},
    Name{"appname", {}, Part::program, 7},
    Name{"app_name", {}, Part::program, 7},
    Name{"application_name", {}, Part::program, 7},
    Name{"syslogtag", {}, Part::program, 6},
    Name{"SYSLOG_IDENTIFIER", {}, Part::program, 8},
    Name{"name", "process", Part::program, 8},
    Name{"processImagePath", {}, Part::program, 5},
};

/// Takes the known strings and numbers of the object and of those within it.
class Keys : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Keys> {
 public:
  bool Default() { return depth_ > 0; }
  bool StartObject() {
    if (depth_ < parents_.size()) parents_[depth_] = key_;
    key_.clear();
    return ++depth_ > 0;
  }
  bool EndObject(rapidjson::SizeType) { return depth_-- > 0; }

  bool Key(const char* text, rapidjson::SizeType length, bool) {
    key_.assign(text, std::min<std::size_t>(length, longest_key));
    return true;
  }

  bool String(const char* text, rapidjson::SizeType length, bool) {
    if (depth_ == 0) return false;
    if (depth_ > parents_.size()) return true;
    for (const Name& name : names) {
      if (name.key == key_ && (name.parent.empty() || name.parent == parents_[depth_ - 1])) take(name, {text, length});
    }
    return true;
  }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) { return String(text, length, true); }

  [[nodiscard]] std::string_view operator[](Part part) const { return values_[static_cast<std::size_t>(part)]; }

 private:
  static constexpr std::size_t longest_key = 64;

  void take(const Name& name, std::string_view text) {
    const auto at = static_cast<std::size_t>(name.part);
    const int weight = 2 * name.weight + (depth_ == 1 ? 1 : 0);
    if (weight <= weights_[at] || text.empty()) return;
    weights_[at] = weight;
    values_[at] = text;
  }

  std::array<std::string, parts> values_;
  std::array<int, parts> weights_{};
  std::array<std::string, 4> parents_;
  std::string key_;
  std::size_t depth_ = 0;
};

/// The object alone: arrays are written with one on each line.
std::string_view object_in(std::string_view line) {
  line = trim(line);
  consume(line, "[");
  consume(line, ",");
  line = trim(line);
  while (!line.empty() && line.back() != '}') line.remove_suffix(1);
  return line;
}

/// `2026-11-22T10:00:00Z`, `1795341608.25`; a count of milliseconds becomes seconds.
std::string time_of(std::string_view text) {
  text = trim(text);
  const bool digits = std::all_of(text.begin(), text.end(), is_digit);
  if (digits && text.size() == 10) return std::string(text) + ".0";
  if (digits && text.size() == 13) return std::string(text.substr(0, 10)) + "." + std::string(text.substr(10));
  const auto record = syslog::read_header(text);
  return record.stamp.form == syslog::StampForm::none ? std::string{} : std::string(record.stamp.text);
}

bool is_name(std::string_view text) { return !text.empty() && text.size() < 128 && text.find_first_of(" \t:\"") == text.npos; }

}  // namespace

bool read_json_row(std::string_view line, std::string& out) {
  const auto json = object_in(line);
  if (!json.starts_with("{\"") && !json.starts_with("{ \"")) return false;
  rapidjson::MemoryStream stream(json.data(), json.size());
  rapidjson::Reader reader;
  Keys keys;
  if (reader.Parse<flags>(stream, keys).IsError()) return false;
  const auto message = trim(keys[Part::message].substr(0, keys[Part::message].find('\n')));
  if (message.empty()) return false;
  const auto record = syslog::read_header(message);
  const bool stamped = record.stamp.form != syslog::StampForm::none;
  const std::string time = stamped ? std::string{} : time_of(keys[Part::time]);
  out.clear();
  if (!time.empty()) {
    out = time + " ";
    if (is_name(keys[Part::host]) && record.host.empty()) out += std::string(keys[Part::host]) + " ";
  }
  const auto program = keys[Part::program].substr(keys[Part::program].rfind('/') + 1);
  if (!stamped && record.program.empty() && record.tag.empty() && is_name(program)) out += std::string(program) + ": ";
  out += message;
  return true;
}

}  // namespace ikewatch::reader
