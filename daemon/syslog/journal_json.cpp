#include <ikewatch/syslog/journal.hpp>

#include <rapidjson/encodedstream.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>

namespace ikewatch::syslog {
namespace {

/// Takes the fields out of the parser's events: one object, its values strings, null, or flat arrays of bytes or strings.
class EntryHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, EntryHandler> {
 public:
  EntryHandler(JournalEntry& entry, std::size_t longest_field) : entry_(entry), longest_field_(longest_field) {}

  bool Default() { return depth_ > 0; }
  bool StartObject() { return ++depth_ == 1; }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool StartArray() { return ++depth_ == 2; }
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    field_ = JournalEntry::find({text, size});
    if (!entry_.begin(field_)) field_ = JournalEntry::field_count;
    strings_ = 0;
    cut_ = false;
    return true;
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ == 0) return false;
    if (strings_++ == 0) keep({text, size});
    return true;
  }
  bool Uint(unsigned value) {
    if (depth_ != 2) return depth_ == 1;
    const char byte = static_cast<char>(static_cast<unsigned char>(value));
    if (value > 255) return false;
    keep({&byte, 1});
    return true;
  }
  [[nodiscard]] std::uint64_t cut_fields() const { return cut_fields_; }

 private:
  void keep(std::string_view bytes) {
    if (field_ == JournalEntry::field_count) return;
    const auto room = longest_field_ - std::min(longest_field_, entry_.size(field_));
    if (bytes.size() > room && !cut_) {
      cut_ = true;
      ++cut_fields_;
    }
    entry_.append(field_, bytes.substr(0, room));
  }

  JournalEntry& entry_;
  std::size_t longest_field_;
  JournalEntry::Field field_ = JournalEntry::field_count;
  int depth_ = 0;
  unsigned strings_ = 0;
  bool cut_ = false;
  std::uint64_t cut_fields_ = 0;
};

}  // namespace

Result<JournalFields> JournalJsonReader::read(std::string_view line) {
  entry_.clear();
  rapidjson::MemoryStream bytes(line.data(), line.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(bytes);
  rapidjson::Reader reader;
  EntryHandler handler(entry_, longest_field_);
  // Iterative: an array in an array in an array must not use up our stack.
  const auto done = reader.Parse<rapidjson::kParseIterativeFlag>(stream, handler);
  cut_fields_ += handler.cut_fields();
  if (!done.IsError()) return entry_.fields();
  Problem problem;
  problem.place.column = done.Offset() + 1;
  problem.what = std::string("not an entry of `journalctl -o json`: ") + rapidjson::GetParseError_En(done.Code());
  return problem;
}

}  // namespace ikewatch::syslog
