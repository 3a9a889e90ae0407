#include "permission.hpp"

#include <ikewatch/dbus/names.hpp>

#include <grp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace ikewatch::dbus {
namespace {

constexpr std::size_t most_waiting = 64;
/// A person may have to find and type a password.
constexpr std::uint64_t polkit_patience_us = 120'000'000;
constexpr std::uint32_t allow_user_interaction = 1;  // CheckAuthorizationFlags of polkit

std::optional<gid_t> group_named(const std::string& name) {
  if (name.empty()) return std::nullopt;
  group found{};
  group* result = nullptr;
  std::array<char, 16384> buffer{};
  if (getgrnam_r(name.c_str(), &found, buffer.data(), buffer.size(), &result) != 0 || result == nullptr) return std::nullopt;
  return result->gr_gid;
}

int read_groups(sd_bus_message& message, Caller& caller) {
  const void* data = nullptr;
  std::size_t size = 0;
  int result = sd_bus_message_enter_container(&message, 'v', "au");
  if (result >= 0) result = sd_bus_message_read_array(&message, 'u', &data, &size);
  if (result < 0) return result;
  const auto* ids = static_cast<const std::uint32_t*>(data);
  caller.groups.assign(ids, ids + size / sizeof(std::uint32_t));
  return sd_bus_message_exit_container(&message);
}

/// GetConnectionCredentials of the D-Bus specification: `a{sv}`, of which only what the kernel told the bus is taken.
int read_credentials(sd_bus_message& message, Caller& caller) {
  int result = sd_bus_message_enter_container(&message, 'a', "{sv}");
  while (result >= 0 && (result = sd_bus_message_enter_container(&message, 'e', "sv")) > 0) {
    const char* key = nullptr;
    result = sd_bus_message_read(&message, "s", &key);
    if (result < 0) return result;
    const std::string_view name(key);
    if (name == "UnixUserID") {
      result = sd_bus_message_read(&message, "v", "u", &caller.uid);
    } else if (name == "UnixGroupIDs") {
      result = read_groups(message, caller);
    } else {
      result = sd_bus_message_skip(&message, "v");
    }
    if (result >= 0) result = sd_bus_message_exit_container(&message);
  }
  return result;
}

/// `(bba{ss})`: whether authorised, whether it could be after a challenge, details.
bool is_authorised(sd_bus_message& reply) {
  int authorised = 0;
  int challenge = 0;
  if (sd_bus_message_is_method_error(&reply, nullptr) > 0) return false;
  if (sd_bus_message_enter_container(&reply, 'r', "bba{ss}") < 0) return false;
  return sd_bus_message_read(&reply, "bb", &authorised, &challenge) >= 0 && authorised != 0;
}

}  // namespace

std::string name_of(const Caller& caller) { return caller.uid == 0 ? "root" : "uid " + std::to_string(caller.uid); }

void Permission::set_group(const std::string& name) {
  group_name_ = name;
  group_ = group_named(name);
}

int Permission::ask(sd_bus_message& message, const char* action, Granted granted, sd_bus_error* error) {
  if (waiting_.size() >= most_waiting) {
    return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED, "too many calls wait for a permission; try again");
  }
  waiting_.push_back({this, shared(&message), action, std::move(granted), {}, nullptr});
  const int result = ask_bus(waiting_.back());
  if (result < 0) waiting_.pop_back();
  return result < 0 ? result : 1;
}

int Permission::ask_bus(Wait& wait) {
  sd_bus_slot* slot = nullptr;
  const char* sender = sd_bus_message_get_sender(wait.call.get());
  if (sender == nullptr) return -EACCES;
  const int result =
      sd_bus_call_method_async(sd_bus_message_get_bus(wait.call.get()), &slot, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                               "org.freedesktop.DBus", "GetConnectionCredentials", on_credentials, &wait, "s", sender);
  wait.reply.reset(slot);
  return result;
}

bool Permission::may(const Caller& caller) const {
  if (caller.uid == 0 || caller.uid == geteuid()) return true;
  return group_ && std::find(caller.groups.begin(), caller.groups.end(), *group_) != caller.groups.end();
}

int Permission::on_credentials(sd_bus_message* reply, void* userdata, sd_bus_error* /*error*/) {
  auto& wait = *static_cast<Wait*>(userdata);
  Permission& self = *wait.owner;
  if (sd_bus_message_is_method_error(reply, nullptr) > 0 || read_credentials(*reply, wait.caller) < 0) {
    self.refuse(wait);
  } else if (self.may(wait.caller)) {
    self.grant(wait);
  } else if (self.ask_polkit(wait) < 0) {
    self.refuse(wait);
  }
  return 1;
}

int Permission::ask_polkit(Wait& wait) {
  sd_bus* bus = sd_bus_message_get_bus(wait.call.get());
  sd_bus_message* made = nullptr;
  int result = sd_bus_message_new_method_call(bus, &made, "org.freedesktop.PolicyKit1", "/org/freedesktop/PolicyKit1/Authority",
                                              "org.freedesktop.PolicyKit1.Authority", "CheckAuthorization");
  if (result < 0) return result;
  const Message message(made);
  const bool may_ask = sd_bus_message_get_allow_interactive_authorization(wait.call.get()) > 0;
  result = sd_bus_message_append(made, "(sa{sv})sa{ss}us", "system-bus-name", 1, "name", "s",
                                 sd_bus_message_get_sender(wait.call.get()), wait.action, 0,
                                 may_ask ? allow_user_interaction : 0U, "");
  if (result < 0) return result;
  sd_bus_slot* slot = nullptr;
  result = sd_bus_call_async(bus, &slot, made, on_polkit, &wait, polkit_patience_us);
  wait.reply.reset(slot);
  return result;
}

int Permission::on_polkit(sd_bus_message* reply, void* userdata, sd_bus_error* /*error*/) {
  auto& wait = *static_cast<Wait*>(userdata);
  Permission& self = *wait.owner;
  if (is_authorised(*reply)) {
    self.grant(wait);
  } else {
    self.refuse(wait);
  }
  return 1;
}

void Permission::grant(Wait& wait) {
  const int result = wait.granted(*wait.call, wait.caller);
  if (result < 0) sd_bus_reply_method_errno(wait.call.get(), result, nullptr);
  finish(wait);
}

void Permission::refuse(Wait& wait) {
  const std::string who =
      group_name_.empty() ? "only root may do this" : "only root and members of the group " + group_name_ + " may do this";
  sd_bus_reply_method_errorf(wait.call.get(), SD_BUS_ERROR_ACCESS_DENIED, "%s, or whom polkit allows %s", who.c_str(),
                             wait.action);
  finish(wait);
}

void Permission::finish(const Wait& wait) {
  waiting_.remove_if([&](const Wait& each) { return &each == &wait; });
}

}  // namespace ikewatch::dbus
