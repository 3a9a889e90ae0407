// JSON for request bodies. Role: private to notify. Threads: pure.
#pragma once

#include <ikewatch/base/text.hpp>
#include <ikewatch/base/time.hpp>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>
#include <string_view>

namespace ikewatch::notify {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

inline void put(Writer& out, std::string_view text) { out.String(text.data(), static_cast<rapidjson::SizeType>(text.size())); }
inline void put_key(Writer& out, std::string_view key) { out.Key(key.data(), static_cast<rapidjson::SizeType>(key.size())); }
inline void put(Writer& out, std::string_view key, std::string_view value) {
  put_key(out, key);
  put(out, value);
}
/// Left out where it is empty.
inline void put_known(Writer& out, std::string_view key, std::string_view value) {
  if (!value.empty()) put(out, key, value);
}
inline void put_time(Writer& out, std::string_view key, WallTime time) {
  put(out, key, to_iso8601(std::chrono::floor<std::chrono::milliseconds>(time)));
}

template <class Fill>
std::string document(const Fill& fill) {
  rapidjson::StringBuffer stream;
  Writer writer(stream);
  fill(writer);
  return {stream.GetString(), stream.GetSize()};
}

}  // namespace ikewatch::notify
