// Small words of JSON output. Role: shared by what shows alerts (view) and what sends them (notify), so that both say the same
// thing in the same form. Ownership: writes to what it is given. Threads: pure.
#pragma once

#include <ikewatch/alert/notice.hpp>
#include <ikewatch/base/text.hpp>
#include <ikewatch/base/time.hpp>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::view {

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

inline void add(JsonWriter& out, std::string_view text) {
  out.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}
inline void add_key(JsonWriter& out, std::string_view key) { out.Key(key.data(), static_cast<rapidjson::SizeType>(key.size())); }
inline void add(JsonWriter& out, std::string_view key, std::string_view text) {
  add_key(out, key);
  add(out, text);
}
inline void add_number(JsonWriter& out, std::string_view key, std::int64_t value) {
  add_key(out, key);
  out.Int64(value);
}
inline void add_time(JsonWriter& out, std::string_view key, WallTime time) {
  add(out, key, to_iso8601(std::chrono::floor<std::chrono::milliseconds>(time)));
}
inline void add(JsonWriter& out, std::string_view key, const std::map<std::string, std::string>& texts) {
  add_key(out, key);
  out.StartObject();
  for (const auto& [name, value] : texts) add(out, name, value);
  out.EndObject();
}
inline void add(JsonWriter& out, std::string_view key, const std::vector<std::string>& texts) {
  add_key(out, key);
  out.StartArray();
  for (const auto& text : texts) add(out, text);
  out.EndArray();
}

/// `count` and `members` of what stands for several tunnels; nothing for one.
void add_members(JsonWriter& out, const alert::Notice& notice);

template <class Fill>
std::string json_document(const Fill& fill) {
  rapidjson::StringBuffer stream;
  JsonWriter writer(stream);
  fill(writer);
  return {stream.GetString(), stream.GetSize()};
}

}  // namespace ikewatch::view
