#include "manager.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/dbus/names.hpp>
#include <ikewatch/view/json.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace ikewatch::dbus {
namespace {

constexpr const char* silence_action = "org.ikewatch.IkeWatch1.silence";
constexpr const char* reload_action = "org.ikewatch.IkeWatch1.reload";

constexpr std::uint64_t longest_silence_s = 366ULL * 86'400;
constexpr std::size_t longest_reason = 500;  // bytes
constexpr std::uint32_t tunnels_in_a_page = 200;
constexpr std::size_t bytes_of_a_page = 4'000'000;

int reply_text(sd_bus_message& message, const std::string& text) {
  return sd_bus_reply_method_return(&message, "s", text.c_str());
}

WallTime clock_now() { return std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now()); }

Manager& self_of(void* self) { return *static_cast<Manager*>(self); }

int on_explain(sd_bus_message* m, void* self, sd_bus_error* error) { return self_of(self).explain(*m, error); }
int on_history(sd_bus_message* m, void* self, sd_bus_error* error) { return self_of(self).history(*m, error); }
int on_tunnels(sd_bus_message* m, void* self, sd_bus_error* /*error*/) { return self_of(self).tunnels(*m); }
int on_silence(sd_bus_message* m, void* self, sd_bus_error* error) { return self_of(self).silence(*m, error, false); }
int on_silence_with(sd_bus_message* m, void* self, sd_bus_error* error) { return self_of(self).silence(*m, error, true); }
int on_end_silence(sd_bus_message* m, void* self, sd_bus_error* error) { return self_of(self).end_silence(*m, error); }
int on_silences(sd_bus_message* m, void* self, sd_bus_error* /*error*/) { return self_of(self).silences(*m); }
int on_reload(sd_bus_message* m, void* self, sd_bus_error* error) { return self_of(self).reload(*m, error); }

int get_version(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void* self, sd_bus_error*) {
  return sd_bus_message_append(reply, "s", self_of(self).version().c_str());
}
int get_config_path(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void* self, sd_bus_error*) {
  return sd_bus_message_append(reply, "s", self_of(self).config_path().c_str());
}

/// sd-bus is to let everybody in: who may change something is Permission's to say.
constexpr auto open = SD_BUS_VTABLE_UNPRIVILEGED;

const sd_bus_vtable manager_table[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Version", "s", get_version, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("ConfigPath", "s", get_config_path, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_METHOD_WITH_ARGS("Explain", SD_BUS_ARGS("s", tunnel), SD_BUS_RESULT("s", json), on_explain, open),
    SD_BUS_METHOD_WITH_ARGS("History", SD_BUS_ARGS("s", tunnel), SD_BUS_RESULT("s", json), on_history, open),
    SD_BUS_METHOD_WITH_ARGS("Tunnels", SD_BUS_ARGS("u", first, "u", most), SD_BUS_RESULT("s", json, "u", next), on_tunnels, open),
    SD_BUS_METHOD_WITH_ARGS("Silence", SD_BUS_ARGS("s", tunnel, "t", seconds), SD_BUS_RESULT("s", id), on_silence, open),
    SD_BUS_METHOD_WITH_ARGS("SilenceWith", SD_BUS_ARGS("s", tunnel, "t", seconds, "s", why), SD_BUS_RESULT("s", id),
                            on_silence_with, open),
    SD_BUS_METHOD_WITH_ARGS("EndSilence", SD_BUS_ARGS("s", id), SD_BUS_NO_RESULT, on_end_silence, open),
    SD_BUS_METHOD_WITH_ARGS("Silences", SD_BUS_NO_ARGS, SD_BUS_RESULT("s", json), on_silences, open),
    SD_BUS_METHOD_WITH_ARGS("Reload", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, on_reload, open),
    SD_BUS_SIGNAL_WITH_ARGS("TunnelStateChanged",
                            SD_BUS_ARGS("o", tunnel, "s", gateway, "s", name, "s", from, "s", to, "s", cause, "t", at), 0),
    SD_BUS_VTABLE_END,
};

int fail(sd_bus_error* error, const char* name, const std::string& what) { return sd_bus_error_set(error, name, what.c_str()); }

}  // namespace

void Manager::describe(std::string version, std::string config_path) {
  version_ = to_printable(version);
  config_path_ = to_printable(config_path);
}

int Manager::attach(sd_bus& bus) {
  sd_bus_slot* slot = nullptr;
  const int result = sd_bus_add_object_vtable(&bus, &slot, root_path, manager_interface, manager_table, this);
  slot_.reset(slot);
  return result;
}

/// The one tunnel that the first argument names; else an error is set.
const Row* Manager::one(sd_bus_message& message, sd_bus_error* error, int& result) const {
  const char* name = nullptr;
  result = sd_bus_message_read(&message, "s", &name);
  if (result < 0) return nullptr;
  const auto found = rows_.named(name);
  if (found.size() == 1) return &found.front()->second;
  if (found.empty()) {
    result = fail(error, no_such_tunnel, "no tunnel has the name or the peer " + std::string(name));
    return nullptr;
  }
  std::string what = "several gateways have a tunnel " + std::string(name) + "; write one of:";
  for (std::size_t i = 0; i < found.size() && i < 10; ++i) {
    what += ' ' + found[i]->second.gateway + '/' + found[i]->second.name;
  }
  result = fail(error, ambiguous_tunnel, what);
  return nullptr;
}

int Manager::explain(sd_bus_message& message, sd_bus_error* error) {
  int result = 0;
  const Row* row = one(message, error, result);
  if (row == nullptr) return result;
  const auto view = daemon_.find(row->gateway, row->peer);
  if (!view) return fail(error, no_such_tunnel, "it is no longer known");
  return reply_text(message, view::to_json(*view));
}

int Manager::history(sd_bus_message& message, sd_bus_error* error) {
  int result = 0;
  const Row* row = one(message, error, result);
  if (row == nullptr) return result;
  const auto changes = daemon_.history(row->gateway, row->peer);
  if (!changes) return fail(error, history_unavailable, changes.error().what);
  return reply_text(message, view::to_json(*changes));
}

/// In pages, so that neither the loop nor the bus has to carry everything at once.
int Manager::tunnels(sd_bus_message& message) {
  std::uint32_t first = 0;
  std::uint32_t most = 0;
  if (const int result = sd_bus_message_read(&message, "uu", &first, &most); result < 0) return result;
  most = most == 0 ? tunnels_in_a_page : std::min(most, tunnels_in_a_page);
  const auto& rows = rows_.all();
  if (first >= rows.size()) return sd_bus_reply_method_return(&message, "su", "[]", 0U);
  auto row = std::next(rows.begin(), first);
  std::string json = "[";
  for (; row != rows.end() && most > 0 && json.size() < bytes_of_a_page; ++row, --most, ++first) {
    const auto view = daemon_.find(row->second.gateway, row->second.peer);
    if (!view) continue;
    if (json.size() > 1) json += ',';
    json += view::to_json(*view);
  }
  json += ']';
  return sd_bus_reply_method_return(&message, "su", json.c_str(), row == rows.end() ? 0U : first);
}

/// A pattern fits whatever it fits; a plain name must be one, or a typing error would silence nothing and look as if it did.
Result<alert::Scope> Manager::scope_of(const std::string& tunnel) const {
  if (tunnel.empty()) return Problem{{}, "name a tunnel, or * for all of them"};
  if (tunnel.find('*') != std::string::npos) return alert::Scope{.tunnel = {tunnel}};
  const auto found = rows_.named(tunnel);
  if (found.empty()) return Problem{{}, "no tunnel has the name or the peer " + tunnel};
  alert::Scope scope{.tunnel = {found.front()->second.name}};
  if (found.size() == 1) scope.gateway = {found.front()->second.gateway};
  return scope;
}

int Manager::silence(sd_bus_message& message, sd_bus_error* error, bool with_reason) {
  const char* tunnel = nullptr;
  std::uint64_t seconds = 0;
  const char* why = "";
  int result = sd_bus_message_read(&message, "st", &tunnel, &seconds);
  if (result >= 0 && with_reason) result = sd_bus_message_read(&message, "s", &why);
  if (result < 0) return result;
  if (seconds == 0 || seconds > longest_silence_s) {
    return fail(error, SD_BUS_ERROR_INVALID_ARGS, "a silence lasts from 1 second to 366 days");
  }
  if (std::string_view(why).size() > longest_reason) return fail(error, SD_BUS_ERROR_INVALID_ARGS, "the reason is too long");
  const auto scope = scope_of(tunnel);
  if (!scope) return fail(error, no_such_tunnel, scope.error().what);
  const auto granted = [this, scope = *scope, seconds, reason = to_printable(why)](sd_bus_message& call, const Caller& caller) {
    const auto now = clock_now();
    const auto id = daemon_.silence({.scope = scope,
                                     .starts_at = now,
                                     .ends_at = now + std::chrono::seconds(seconds),
                                     .why = reason,
                                     .who = name_of(caller)});
    if (id) return reply_text(call, *id);
    return sd_bus_reply_method_errorf(&call, SD_BUS_ERROR_LIMITS_EXCEEDED, "%s", id.error().what.c_str());
  };
  return permission_.ask(message, silence_action, granted, error);
}

int Manager::end_silence(sd_bus_message& message, sd_bus_error* error) {
  const char* id = nullptr;
  if (const int result = sd_bus_message_read(&message, "s", &id); result < 0) return result;
  const auto granted = [this, name = std::string(id)](sd_bus_message& call, const Caller& /*caller*/) {
    if (daemon_.end_silence(name)) return sd_bus_reply_method_return(&call, nullptr);
    return sd_bus_reply_method_errorf(&call, no_such_silence, "no silence has the id %s", name.c_str());
  };
  return permission_.ask(message, silence_action, granted, error);
}

int Manager::silences(sd_bus_message& message) { return reply_text(message, daemon_.silences_json()); }

int Manager::reload(sd_bus_message& message, sd_bus_error* error) {
  const auto granted = [this](sd_bus_message& call, const Caller& /*caller*/) {
    if (daemon_.reload()) return sd_bus_reply_method_return(&call, nullptr);
    return sd_bus_reply_method_errorf(&call, reload_refused,
                                      "the configuration has problems, which the log of ikewatch and `ikewatch check` name; the "
                                      "former one stays");
  };
  return permission_.ask(message, reload_action, granted, error);
}

}  // namespace ikewatch::dbus
