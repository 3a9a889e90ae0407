#include "units.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <cstdlib>

namespace ikewatch::dbus {
namespace {

constexpr const char* systemd = "org.freedesktop.systemd1";
constexpr const char* systemd_path = "/org/freedesktop/systemd1";
constexpr const char* properties_interface = "org.freedesktop.DBus.Properties";
constexpr std::string_view unit_interface = "org.freedesktop.systemd1.Unit";

std::string hexadecimal(const std::uint8_t* bytes, std::size_t size) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += digits[bytes[i] >> 4U];
    text += digits[bytes[i] & 15U];
  }
  return text;
}

int read_text(sd_bus_message& message, std::string& target) {
  const char* text = nullptr;
  const int result = sd_bus_message_read(&message, "v", "s", &text);
  if (result >= 0) target = to_printable(text);
  return result;
}

int read_invocation(sd_bus_message& message, std::string& target) {
  const void* bytes = nullptr;
  std::size_t size = 0;
  int result = sd_bus_message_enter_container(&message, 'v', "ay");
  if (result >= 0) result = sd_bus_message_read_array(&message, 'y', &bytes, &size);
  if (result < 0) return result;
  target = hexadecimal(static_cast<const std::uint8_t*>(bytes), size);
  return sd_bus_message_exit_container(&message);
}

int read_property(sd_bus_message& message, std::string_view name, UnitState& state) {
  if (name == "ActiveState") return read_text(message, state.active);
  if (name == "SubState") return read_text(message, state.sub);
  if (name == "Result") return read_text(message, state.result);
  if (name == "InvocationID") return read_invocation(message, state.invocation);
  return sd_bus_message_skip(&message, "v");
}

/// `a{sv}`, of which only what is known is taken.
int read_properties(sd_bus_message& message, UnitState& state) {
  int result = sd_bus_message_enter_container(&message, 'a', "{sv}");
  while (result >= 0 && (result = sd_bus_message_enter_container(&message, 'e', "sv")) > 0) {
    const char* name = nullptr;
    result = sd_bus_message_read(&message, "s", &name);
    if (result >= 0) result = read_property(message, name, state);
    if (result >= 0) result = sd_bus_message_exit_container(&message);
  }
  return result < 0 ? result : sd_bus_message_exit_container(&message);
}

std::string path_of_unit(const std::string& name) {
  char* path = nullptr;
  if (sd_bus_path_encode("/org/freedesktop/systemd1/unit", name.c_str(), &path) < 0) return {};
  const std::unique_ptr<char, decltype(&std::free)> owned(path, &std::free);
  return path;
}

}  // namespace

std::string_view name_of(UnitEvent event) {
  constexpr std::string_view names[] = {"started", "stopped", "failed"};
  return names[static_cast<std::size_t>(event)];
}

std::vector<UnitChange> UnitHistory::take(const std::string& unit, const UnitState& state) {
  std::vector<UnitChange> changes;
  const bool failed = state.is_over() && (state.active == "failed" || (state.active != "inactive" && state.result != "success"));
  const auto tell = [&](UnitEvent event, bool starting = false) {
    changes.push_back({unit, event, starting, event == UnitEvent::failed ? state.result : std::string{}});
  };
  if (state.is_over()) {
    if (known_ == Known::running) tell(failed ? UnitEvent::failed : UnitEvent::stopped);
    if (known_ == Known::over && failed && !failed_) tell(UnitEvent::failed, true);
    failed_ = failed || (known_ == Known::over && failed_);
    known_ = Known::over;
  } else if (state.active == "activating") {
    if (known_ == Known::running) tell(UnitEvent::stopped);
    if (known_ == Known::running) known_ = Known::over;
  } else if (state.runs()) {
    const bool another = known_ == Known::running && !invocation_.empty() && state.invocation != invocation_;
    if (another) tell(UnitEvent::stopped);
    if (another || known_ == Known::over) tell(UnitEvent::started);
    known_ = Known::running;
    failed_ = false;
    invocation_ = state.invocation;
  }
  return changes;
}

void Units::watch(const std::vector<std::string>& names) {
  units_.remove_if([&](const Unit& unit) { return std::find(names.begin(), names.end(), unit.name) == names.end(); });
  for (const auto& name : names) {
    const bool known = std::any_of(units_.begin(), units_.end(), [&](const Unit& unit) { return unit.name == name; });
    if (!known) units_.push_back({this, name, path_of_unit(name), {}, nullptr, nullptr, {}});
  }
}

int Units::attach(sd_bus& bus) {
  if (units_.empty()) return 0;
  sd_bus_slot* slot = nullptr;
  // The bus says who owns a name; systemd forgets its subscribers when it is executed anew on another bus connection.
  const int result = sd_bus_add_match_async(&bus, &slot,
                                            "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
                                            "member='NameOwnerChanged',arg0='org.freedesktop.systemd1'",
                                            on_owner_changed, nullptr, this);
  if (result < 0) return result;
  slots_.emplace_back(slot);
  return subscribe(bus);
}

void Units::drop() {
  slots_.clear();
  for (auto& unit : units_) {
    unit.match.reset();
    unit.question.reset();
  }
}

/// Without a subscriber systemd sends no signals: Subscribe() of org.freedesktop.systemd1(5). No answer is waited for: where
/// systemd is not there, its units are not either.
int Units::subscribe(sd_bus& bus) {
  sd_bus_message* made = nullptr;
  int result =
      sd_bus_message_new_method_call(&bus, &made, systemd, systemd_path, "org.freedesktop.systemd1.Manager", "Subscribe");
  if (result < 0) return result;
  const Message message(made);
  sd_bus_message_set_expect_reply(made, 0);
  sd_bus_message_set_auto_start(made, 0);
  result = sd_bus_send(&bus, made, nullptr);
  for (auto unit = units_.begin(); unit != units_.end() && result >= 0; ++unit) result = follow(bus, *unit);
  return result;
}

int Units::follow(sd_bus& bus, Unit& unit) {
  sd_bus_slot* slot = nullptr;
  if (!unit.match) {
    const std::string rule = std::string("type='signal',sender='") + systemd + "',path='" + unit.path + "',interface='" +
                             properties_interface + "',member='PropertiesChanged'";
    const int result = sd_bus_add_match_async(&bus, &slot, rule.c_str(), on_properties_changed, nullptr, &unit);
    if (result < 0) return result;
    unit.match.reset(slot);
  }
  return ask(bus, unit);
}

int Units::ask(sd_bus& bus, Unit& unit) {
  sd_bus_message* made = nullptr;
  int result = sd_bus_message_new_method_call(&bus, &made, systemd, unit.path.c_str(), properties_interface, "GetAll");
  if (result < 0) return result;
  const Message message(made);
  sd_bus_message_set_auto_start(made, 0);
  result = sd_bus_message_append(made, "s", "");  // of all interfaces
  if (result < 0) return result;
  sd_bus_slot* slot = nullptr;
  result = sd_bus_call_async(&bus, &slot, made, on_properties, &unit, 0);
  unit.question.reset(slot);
  return result;
}

void Units::look(Unit& unit) {
  if (unit.state.active.empty()) return;
  for (const auto& change : unit.history.take(unit.name, unit.state)) changed_(change);
}

int Units::on_properties(sd_bus_message* reply, void* userdata, sd_bus_error* /*error*/) {
  auto& unit = *static_cast<Unit*>(userdata);
  unit.question.reset();
  if (sd_bus_message_is_method_error(reply, nullptr) > 0) return 1;  // no systemd, or no such unit
  if (read_properties(*reply, unit.state) >= 0) unit.owner->look(unit);
  return 1;
}

/// systemd tells of the service first, then of the unit.
int Units::on_properties_changed(sd_bus_message* signal, void* userdata, sd_bus_error* /*error*/) {
  auto& unit = *static_cast<Unit*>(userdata);
  const char* interface = nullptr;
  if (sd_bus_message_read(signal, "s", &interface) < 0) return 0;
  UnitState told = unit.state;
  told.active.clear();
  if (read_properties(*signal, told) < 0) return 0;
  const bool whole = !told.active.empty();
  if (!whole) told.active = unit.state.active;
  unit.state = told;
  if (interface != unit_interface) return 0;
  if (!whole) return ask(*sd_bus_message_get_bus(signal), unit);
  unit.owner->look(unit);
  return 0;
}

int Units::on_owner_changed(sd_bus_message* signal, void* userdata, sd_bus_error* /*error*/) {
  auto& self = *static_cast<Units*>(userdata);
  const char* name = nullptr;
  const char* before = nullptr;
  const char* now = nullptr;
  if (sd_bus_message_read(signal, "sss", &name, &before, &now) < 0 || *now == '\0') return 0;
  return self.subscribe(*sd_bus_message_get_bus(signal));
}

}  // namespace ikewatch::dbus
