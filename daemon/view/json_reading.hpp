// Small words of JSON input: a member of another type than expected is as if it were not there. Role: private to view. Threads:
// pure.
#pragma once

#include <rapidjson/document.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ikewatch::view {

inline std::string text_in(const rapidjson::Value& from, const char* key) {
  const auto found = from.FindMember(key);
  if (found == from.MemberEnd() || !found->value.IsString()) return {};
  return {found->value.GetString(), found->value.GetStringLength()};
}

inline std::int64_t number_in(const rapidjson::Value& from, const char* key) {
  const auto found = from.FindMember(key);
  return found == from.MemberEnd() || !found->value.IsInt64() ? 0 : found->value.GetInt64();
}

template <class Take>
void each(const rapidjson::Value& from, const char* key, const Take& take) {
  const auto found = from.FindMember(key);
  if (found == from.MemberEnd() || !found->value.IsArray()) return;
  for (const auto& item : found->value.GetArray()) take(item);
}

template <class Take>
void each_object(const rapidjson::Value& from, const char* key, const Take& take) {
  each(from, key, [&](const rapidjson::Value& item) {
    if (item.IsObject()) take(item);
  });
}

inline std::vector<std::string> list_in(const rapidjson::Value& from, const char* key) {
  std::vector<std::string> texts;
  each(from, key, [&](const rapidjson::Value& item) {
    if (item.IsString()) texts.emplace_back(item.GetString(), item.GetStringLength());
  });
  return texts;
}

inline bool flag_in(const rapidjson::Value& from, const char* key) {
  const auto found = from.FindMember(key);
  return found != from.MemberEnd() && found->value.IsBool() && found->value.GetBool();
}

}  // namespace ikewatch::view
