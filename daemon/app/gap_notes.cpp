#include "gap_notes.hpp"

#include <optional>

namespace ikewatch::app {
namespace {

/// Length, colon, bytes: names are what strangers wrote.
void write(std::string& text, std::string_view value) {
  text += std::to_string(value.size());
  text += ':';
  text += value;
}

std::optional<std::string_view> read(std::string_view& text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto size = to_number<std::size_t>(text.substr(0, colon));
  if (!size || *size > text.size() - colon - 1) return std::nullopt;
  const auto value = text.substr(colon + 1, *size);
  text.remove_prefix(colon + 1 + *size);
  return value;
}

std::optional<std::uint64_t> read_number(std::string_view& text) {
  const auto value = read(text);
  return value ? to_number<std::uint64_t>(*value) : std::nullopt;
}

bool read_informed(std::string_view& text, GapNote& note) {
  const auto count = read_number(text);
  for (std::uint64_t left = count.value_or(0); left > 0; --left) {
    const auto gateway = read(text);
    if (!gateway) return false;
    note.informed.emplace(*gateway, '\0');
  }
  return count.has_value();
}

}  // namespace

std::string to_saved(const GapNotes& notes) {
  std::string text;
  for (const auto& [source, note] : notes) {
    write(text, source);
    write(text, std::to_string(note.missing));
    write(text, std::to_string(note.informed.size()));
    for (const auto& [gateway, ignored] : note.informed) write(text, gateway);
  }
  return text;
}

GapNotes gap_notes_from(std::string_view saved) {
  GapNotes notes;
  while (const auto source = read(saved)) {
    const auto missing = read_number(saved);
    GapNote note{missing.value_or(0), {}};
    if (!missing || !read_informed(saved, note)) break;
    notes.emplace(*source, std::move(note));
  }
  return notes;
}

}  // namespace ikewatch::app
