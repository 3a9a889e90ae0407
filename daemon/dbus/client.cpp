#include <ikewatch/dbus/client.hpp>

#include "sd_bus.hpp"

#include <ikewatch/dbus/names.hpp>

#include <string_view>
#include <utility>

namespace ikewatch::dbus {
namespace {

constexpr std::uint64_t default_patience = 0;     // that of sd-bus, 25 s
constexpr std::uint64_t person_us = 150'000'000;  // somebody may be asked for a password
constexpr std::uint64_t gathering_us = 100'000;   // what follows a change within this counts as one
constexpr std::uint64_t for_ever = static_cast<std::uint64_t>(-1);

CallFailure failure_of(int result) { return {{}, words_of(result)}; }

template <class T>
Answer<T> failed(CallFailure why) {
  return {{}, true, std::move(why)};
}

/// One property into the member that it belongs to.
int read_property(sd_bus_message& message, std::string_view name, TunnelRow& row) {
  const std::pair<std::string_view, std::string*> texts[] = {{"Gateway", &row.gateway}, {"Name", &row.name},
                                                             {"Peer", &row.peer},       {"Dialect", &row.dialect},
                                                             {"State", &row.state},     {"Cause", &row.cause}};
  for (const auto& [key, target] : texts) {
    if (name != key) continue;
    const char* text = nullptr;
    const int result = sd_bus_message_read(&message, "v", "s", &text);
    if (result >= 0) *target = text;
    return result;
  }
  if (name == "Since") return sd_bus_message_read(&message, "v", "t", &row.since);
  if (name != "Up" && name != "Flapping") return sd_bus_message_skip(&message, "v");
  int flag = 0;
  const int result = sd_bus_message_read(&message, "v", "b", &flag);
  (name == "Up" ? row.up : row.flapping) = flag != 0;
  return result;
}

/// Calls `read` for each entry of an array of dictionary entries whose key is a text.
int each_entry(sd_bus_message& message, const char* contents, const auto& read) {
  int result = sd_bus_message_enter_container(&message, 'a', (std::string("{") + contents + "}").c_str());
  while (result >= 0 && (result = sd_bus_message_enter_container(&message, 'e', contents)) > 0) {
    const char* key = nullptr;
    result = sd_bus_message_read_basic(&message, contents[0], &key);
    if (result >= 0) result = read(std::string_view(key));
    if (result >= 0) result = sd_bus_message_exit_container(&message);
  }
  return result < 0 ? result : sd_bus_message_exit_container(&message);
}

int read_objects(sd_bus_message& message, std::vector<TunnelRow>& rows) {
  return each_entry(message, "oa{sa{sv}}", [&](std::string_view path) {
    return each_entry(message, "sa{sv}", [&](std::string_view interface) {
      if (interface != tunnel_interface) return sd_bus_message_skip(&message, "a{sv}");
      TunnelRow row;
      row.path = path;
      const int result = each_entry(message, "sv", [&](std::string_view name) { return read_property(message, name, row); });
      rows.push_back(std::move(row));
      return result;
    });
  });
}

class Caller final : public Client {
 public:
  explicit Caller(Bus bus) : bus_(std::move(bus)) {}

  Answer<std::vector<TunnelRow>> rows() override {
    auto reply = call("org.freedesktop.DBus.ObjectManager", "GetManagedObjects", default_patience, nothing);
    if (!reply) return failed<std::vector<TunnelRow>>(reply.failure);
    std::vector<TunnelRow> rows;
    if (const int result = read_objects(*reply.value, rows); result < 0)
      return failed<std::vector<TunnelRow>>(failure_of(result));
    return {std::move(rows)};
  }

  Answer<bool> tunnels(const std::function<void(const std::string& page)>& take) override {
    std::uint32_t next = 0;
    do {
      auto reply = call(manager_interface, "Tunnels", default_patience,
                        [next](sd_bus_message& message) { return sd_bus_message_append(&message, "uu", next, 0U); });
      if (!reply) return failed<bool>(reply.failure);
      const char* page = nullptr;
      if (const int result = sd_bus_message_read(reply.value.get(), "su", &page, &next); result < 0)
        return failed<bool>(failure_of(result));
      take(page);
    } while (next != 0);
    return {true};
  }

  Answer<std::string> explain(const std::string& tunnel) override { return text("Explain", tunnel); }
  Answer<std::string> history(const std::string& tunnel) override { return text("History", tunnel); }

  Answer<std::string> silences() override { return text_of(call(manager_interface, "Silences", default_patience, nothing)); }

  Answer<std::string> silence(const std::string& tunnel, std::uint64_t seconds, const std::string& why) override {
    return text_of(call(manager_interface, "SilenceWith", person_us, [&](sd_bus_message& message) {
      return sd_bus_message_append(&message, "sts", tunnel.c_str(), seconds, why.c_str());
    }));
  }

  Answer<bool> end_silence(const std::string& id) override {
    auto reply = call(manager_interface, "EndSilence", person_us,
                      [&](sd_bus_message& message) { return sd_bus_message_append(&message, "s", id.c_str()); });
    if (!reply) return failed<bool>(reply.failure);
    return {true};
  }

  Answer<bool> watch() override {
    const std::string from = std::string("type='signal',sender='") + service_name + "'";
    const std::string owner =
        std::string("type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='") + service_name + "'";
    for (const auto& rule : {from, owner}) {
      const int result = sd_bus_add_match(bus_.get(), nullptr, rule.c_str(), on_signal, this);
      if (result < 0) return failed<bool>(failure_of(result));
    }
    return {true};
  }

  bool wait_for_change() override {
    while (!changed_) {
      if (!turn(for_ever)) return false;
    }
    int idle = 1;
    while (idle > 0 && (idle = sd_bus_wait(bus_.get(), gathering_us)) > 0) {
      if (!drain()) return false;
    }
    changed_ = false;
    return true;
  }

 private:
  static int nothing(sd_bus_message& /*message*/) { return 0; }

  static int on_signal(sd_bus_message* /*message*/, void* self, sd_bus_error* /*error*/) {
    static_cast<Caller*>(self)->changed_ = true;
    return 0;
  }

  bool drain() {
    int result = 1;
    while (result > 0) result = sd_bus_process(bus_.get(), nullptr);
    return result >= 0;
  }

  bool turn(std::uint64_t patience) {
    if (!drain()) return false;
    return changed_ || sd_bus_wait(bus_.get(), patience) >= 0;
  }

  /// To look at the daemon must not start it.
  Answer<Message> call(const char* interface, const char* member, std::uint64_t patience, const auto& fill) {
    sd_bus_message* made = nullptr;
    int result = sd_bus_message_new_method_call(bus_.get(), &made, service_name, root_path, interface, member);
    const Message message(made);
    if (result >= 0) result = sd_bus_message_set_auto_start(made, 0);
    if (result >= 0) result = sd_bus_message_set_allow_interactive_authorization(made, 1);
    if (result >= 0) result = fill(*made);
    if (result < 0) return failed<Message>(failure_of(result));
    Error error;
    sd_bus_message* reply = nullptr;
    result = sd_bus_call(bus_.get(), made, patience, &error, &reply);
    if (result < 0) return failed<Message>({std::string(error.name()), std::string(error.message())});
    return {Message(reply)};
  }

  static Answer<std::string> text_of(Answer<Message> reply) {
    if (!reply) return failed<std::string>(reply.failure);
    const char* text = nullptr;
    if (const int result = sd_bus_message_read(reply.value.get(), "s", &text); result < 0)
      return failed<std::string>(failure_of(result));
    return {text};
  }

  Answer<std::string> text(const char* member, const std::string& tunnel) {
    return text_of(call(manager_interface, member, default_patience,
                        [&](sd_bus_message& message) { return sd_bus_message_append(&message, "s", tunnel.c_str()); }));
  }

  Bus bus_;
  bool changed_ = false;
};

}  // namespace

bool CallFailure::unreachable() const {
  constexpr std::string_view nobody[] = {"",
                                         SD_BUS_ERROR_SERVICE_UNKNOWN,
                                         SD_BUS_ERROR_NAME_HAS_NO_OWNER,
                                         SD_BUS_ERROR_NO_REPLY,
                                         SD_BUS_ERROR_TIMEOUT,
                                         SD_BUS_ERROR_DISCONNECTED,
                                         SD_BUS_ERROR_NO_SERVER,
                                         "org.freedesktop.DBus.Error.NotConnected"};
  for (const auto& each : nobody) {
    if (name == each) return true;
  }
  return false;
}

Answer<std::unique_ptr<Client>> Client::connect() {
  sd_bus* made = nullptr;
  const int result = sd_bus_open_system(&made);
  if (result < 0) return failed<std::unique_ptr<Client>>(failure_of(result));
  return {std::make_unique<Caller>(Bus(made))};
}

}  // namespace ikewatch::dbus
