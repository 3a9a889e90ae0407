// Stands in for systemd and polkit on the bus of a test. Commands come line by line on standard input, each is answered with a
// line:
//   unit NAME ACTIVE SUB RESULT INVOCATION   the unit is in this state now, told as systemd tells it; INVOCATION is one digit, 0:
//   none quiet NAME ACTIVE SUB RESULT INVOCATION  the same, untold polkit yes|no                            what
//   CheckAuthorization answers from now on report                                   how often Subscribe and CheckAuthorization
//   were called, and with which action last
#include <systemd/sd-bus.h>

#include <poll.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>

namespace {

struct Unit {
  std::string active, sub, result;
  std::uint8_t invocation = 0;
};

struct World {
  sd_bus* bus = nullptr;
  std::map<std::string, Unit> units;  // by object path
  bool polkit = false;
  int subscribed = 0;
  int asked = 0;
  std::string action = "-";
};

int check(int result, const char* what) {
  if (result >= 0) return result;
  std::cerr << what << ": " << result << '\n';
  std::exit(1);
}

int on_subscribe(sd_bus_message* call, void* world, sd_bus_error* /*error*/) {
  ++static_cast<World*>(world)->subscribed;
  return sd_bus_reply_method_return(call, nullptr);
}

int on_check(sd_bus_message* call, void* userdata, sd_bus_error* /*error*/) {
  auto& world = *static_cast<World*>(userdata);
  const char* action = nullptr;
  check(sd_bus_message_skip(call, "(sa{sv})"), "subject");
  check(sd_bus_message_read(call, "s", &action), "action");
  ++world.asked;
  world.action = action;
  return sd_bus_reply_method_return(call, "(bba{ss})", world.polkit ? 1 : 0, 0, 0);
}

const Unit& unit(void* found) { return *static_cast<Unit*>(found); }
int get_active(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void* u, sd_bus_error*) {
  return sd_bus_message_append(reply, "s", unit(u).active.c_str());
}
int get_sub(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void* u, sd_bus_error*) {
  return sd_bus_message_append(reply, "s", unit(u).sub.c_str());
}
int get_result(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void* u, sd_bus_error*) {
  return sd_bus_message_append(reply, "s", unit(u).result.c_str());
}
int get_invocation(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void* u, sd_bus_error*) {
  const std::uint8_t bytes[] = {unit(u).invocation};
  return sd_bus_message_append_array(reply, 'y', bytes, unit(u).invocation == 0 ? 0 : sizeof bytes);
}

int find(sd_bus*, const char* path, const char*, void* world, void** found, sd_bus_error*) {
  auto& units = static_cast<World*>(world)->units;
  const auto place = units.find(path);
  if (place == units.end()) return 0;
  *found = &place->second;
  return 1;
}

const sd_bus_vtable systemd_table[] = {
    SD_BUS_VTABLE_START(0), SD_BUS_METHOD("Subscribe", "", "", on_subscribe, SD_BUS_VTABLE_UNPRIVILEGED), SD_BUS_VTABLE_END};
const sd_bus_vtable unit_table[] = {
    SD_BUS_VTABLE_START(0), SD_BUS_PROPERTY("ActiveState", "s", get_active, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("SubState", "s", get_sub, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("InvocationID", "ay", get_invocation, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE), SD_BUS_VTABLE_END};
const sd_bus_vtable service_table[] = {SD_BUS_VTABLE_START(0),
                                       SD_BUS_PROPERTY("Result", "s", get_result, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
                                       SD_BUS_VTABLE_END};
const sd_bus_vtable polkit_table[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("CheckAuthorization", "(sa{sv})sa{ss}us", "(bba{ss})", on_check, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END};

constexpr const char* units_path = "/org/freedesktop/systemd1/unit";

void change(World& world, std::istream& words, bool told) {
  std::string name;
  Unit now;
  unsigned invocation = 0;
  words >> name >> now.active >> now.sub >> now.result >> invocation;
  now.invocation = static_cast<std::uint8_t>(invocation);
  char* encoded = nullptr;
  check(sd_bus_path_encode(units_path, name.c_str(), &encoded), "path");
  const std::string path = encoded;
  std::free(encoded);
  world.units[path] = now;
  if (!told) return;
  check(sd_bus_emit_properties_changed(world.bus, path.c_str(), "org.freedesktop.systemd1.Service", "Result", nullptr), "emit");
  check(sd_bus_emit_properties_changed(world.bus, path.c_str(), "org.freedesktop.systemd1.Unit", "ActiveState", "SubState",
                                       "InvocationID", nullptr),
        "emit");
}

void obey(World& world, const std::string& line) {
  std::istringstream words(line);
  std::string command;
  words >> command;
  if (command == "unit" || command == "quiet") change(world, words, command == "unit");
  if (command == "polkit") {
    words >> command;
    world.polkit = command == "yes";
  }
  if (command == "report") {
    std::cout << world.subscribed << ' ' << world.asked << ' ' << world.action << std::endl;
  } else {
    std::cout << "ok" << std::endl;
  }
}

void serve(World& world) {
  std::string pending;
  while (true) {
    while (check(sd_bus_process(world.bus, nullptr), "process") > 0) continue;
    check(sd_bus_flush(world.bus), "flush");
    pollfd waits[] = {{sd_bus_get_fd(world.bus), static_cast<short>(sd_bus_get_events(world.bus)), 0}, {STDIN_FILENO, POLLIN, 0}};
    poll(waits, 2, 1000);
    if ((waits[1].revents & (POLLIN | POLLHUP)) == 0) continue;
    char buffer[4096];
    const auto got = read(STDIN_FILENO, buffer, sizeof buffer);
    if (got <= 0) return;
    pending.append(buffer, static_cast<std::size_t>(got));
    for (auto end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
      obey(world, pending.substr(0, end));
      pending.erase(0, end + 1);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  World world;
  check(sd_bus_open_system(&world.bus), "bus");
  check(sd_bus_add_object_vtable(world.bus, nullptr, "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
                                 systemd_table, &world),
        "manager");
  check(sd_bus_add_fallback_vtable(world.bus, nullptr, units_path, "org.freedesktop.systemd1.Unit", unit_table, find, &world),
        "unit");
  check(
      sd_bus_add_fallback_vtable(world.bus, nullptr, units_path, "org.freedesktop.systemd1.Service", service_table, find, &world),
      "service");
  check(sd_bus_add_object_vtable(world.bus, nullptr, "/org/freedesktop/PolicyKit1/Authority",
                                 "org.freedesktop.PolicyKit1.Authority", polkit_table, &world),
        "polkit");
  for (int i = 1; i < argc; ++i) check(sd_bus_request_name(world.bus, argv[i], 0), argv[i]);
  std::cout << "ready" << std::endl;
  serve(world);
  sd_bus_flush_close_unref(world.bus);
}
