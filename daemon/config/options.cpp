#include <ikewatch/config/options.hpp>

#include <ikewatch/alert/fact.hpp>

#include <ikewatch/base/text.hpp>
#include <ikewatch/rules/vocabulary.hpp>
#include <ikewatch/tunnel/state.hpp>

#include <array>
#include <vector>

namespace ikewatch::config {
namespace {

using namespace std::string_view_literals;

using Children = TextMap<std::vector<const Option*>>;

const Children& children() {
  static const Children all = [] {
    Children found;
    for (const auto& option : option_table()) found[std::string(option.parent())].push_back(&option);
    return found;
  }();
  return all;
}

constexpr std::array source_words = {"journald"sv, "syslog"sv, "file"sv};
constexpr std::array client_auth_words = {"optional"sv, "required"sv};
constexpr std::array tls_version_words = {"1.2"sv, "1.3"sv};
constexpr std::array socket_words = {"datagram"sv, "stream"sv};
constexpr std::array mode_words = {"always_on"sv, "on_demand"sv};
constexpr std::array severity_words = {"critical"sv, "error"sv, "warning"sv, "info"sv};
constexpr std::array day_names = {"sun"sv, "mon"sv, "tue"sv, "wed"sv, "thu"sv, "fri"sv, "sat"sv};
constexpr std::array log_level_words = {"error"sv, "warning"sv, "notice"sv, "info"sv, "debug"sv};
constexpr std::array receiver_words = {"alertmanager"sv, "webhook"sv, "slack"sv, "pagerduty"sv, "template"sv};

}  // namespace

std::span<const Option* const> options_in(std::string_view path) {
  const auto found = children().find(path);
  if (found == children().end()) return {};
  return found->second;
}

const Option* option_in(std::string_view path, std::string_view key) {
  for (const auto* option : options_in(path)) {
    if (option->key() == key) return option;
  }
  return nullptr;
}

Choices source_types() { return source_words; }
Choices client_auths() { return client_auth_words; }
Choices tls_versions() { return tls_version_words; }
Choices socket_kinds() { return socket_words; }
Choices modes() { return mode_words; }
Choices severities() { return severity_words; }
Choices log_levels() { return log_level_words; }
Choices day_words() { return day_names; }
Choices trouble_words() {
  static const auto words = [] {
    std::array<std::string_view, alert::troubles> names;
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = name_of(static_cast<alert::Trouble>(i));
    return names;
  }();
  return words;
}
Choices receiver_types() { return receiver_words; }

Choices state_words() {
  static const auto words = [] {
    std::array<std::string_view, tunnel::states> names;
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = name_of(static_cast<tunnel::State>(i));
    return names;
  }();
  return words;
}

Choices cause_words() {
  static const auto words = [] {
    std::array<std::string_view, rules::causes - 1> names;
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = name_of(static_cast<rules::Cause>(i + 1));
    return names;
  }();
  return words;
}

}  // namespace ikewatch::config
