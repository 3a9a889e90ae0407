#include "journal_json.hpp"

#include <ikewatch/base/text.hpp>

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>

namespace ikewatch::reader {
namespace {

// Iterative: a line of a million brackets must not use up the stack. Numbers as text: none is counted with.
constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;

/// Takes the fields of the outermost object; what is deeper counts only as the bytes of a binary field.
class Fields : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Fields> {
 public:
  Fields(JournalEntry& entry, std::size_t limit) : entry_(entry), limit_(limit) {}

  bool Default() { return depth_ > 0; }
  bool StartObject() { return ++depth_ > 0; }
  bool EndObject(rapidjson::SizeType) { return --depth_ >= 0; }
  bool StartArray() { return depth_++ > 0; }
  bool EndArray(rapidjson::SizeType) { return --depth_ >= 0; }

  bool Key(const char* text, rapidjson::SizeType length, bool) {
    if (depth_ != 1) return true;
    const Field field = field_of({text, length});
    slot_ = entry_.slot(field);
    entry_.note(field);
    if (slot_ != nullptr && !slot_->empty()) slot_ = nullptr;
    return true;
  }

  bool String(const char* text, rapidjson::SizeType length, bool) {
    // In an array: the values of a field that stands there several times, of which the first one counts.
    if (slot_ != nullptr && depth_ <= 2 && slot_->empty()) slot_->assign(text, std::min<std::size_t>(length, limit_));
    return depth_ > 0;
  }

  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    if (depth_ == 1) return String(text, length, true);
    const auto byte = to_number<unsigned char>({text, length});
    if (slot_ != nullptr && byte && slot_->size() < limit_) slot_->push_back(static_cast<char>(*byte));
    return depth_ > 0;
  }

 private:
  JournalEntry& entry_;
  std::size_t limit_;
  std::string* slot_ = nullptr;
  int depth_ = 0;
};

}  // namespace

bool read_journal_object(std::string_view json, std::size_t limit, JournalEntry& entry) {
  if (!json.starts_with('{')) return false;
  rapidjson::MemoryStream stream(json.data(), json.size());
  rapidjson::Reader reader;
  Fields fields(entry, limit);
  return !reader.Parse<flags>(stream, fields).IsError();
}

namespace {

/// An object that stands on several lines, as json-pretty writes it: until the brace that closes it, or the limit.
std::string_view rest_of_object(LineCutter& cutter, std::size_t limit, std::string& object) {
  object = "{";
  for (std::string_view line; cutter.next(line);) {
    line = trim(line);
    if (object.size() + line.size() < limit) object += line;
    if (line == "}") break;
  }
  return object;
}

}  // namespace

void read_journal_json(LineCutter& cutter, const Source& source, const Callback& callback, Totals& totals) {
  JournalEntry entry;
  std::string object;
  for (std::string_view line; cutter.next(line);) {
    line = trim(line);
    consume(line, "data: ");
    consume(line, "\x1e");
    if (line.empty()) continue;
    const auto number = source.first_line + cutter.lines() - 1;
    if (line == "{") line = rest_of_object(cutter, source.line_limit * json_factor, object);
    entry.clear();
    const bool read = read_journal_object(line, source.line_limit, entry);
    if (!read || !entry.has_message()) ++totals.unreadable;
    if (read && !entry.has_message()) continue;
    callback(read ? entry.line(number) : Line{line.substr(0, source.line_limit), number, {}, {}});
    ++totals.delivered;
  }
}

}  // namespace ikewatch::reader
