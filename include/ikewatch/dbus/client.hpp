// The other end of the service, for commands. Role: calls that wait for their answer. Ownership: owns its connection. Threads:
// one.
#pragma once

#include <ikewatch/base/result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ikewatch::dbus {

/// A tunnel as its object tells of it.
struct TunnelRow {
  std::string path;
  std::string gateway;
  std::string name;
  std::string peer;
  std::string dialect;
  std::string state;
  bool up = false;
  bool flapping = false;
  std::string cause;        // empty: none
  std::uint64_t since = 0;  // microseconds since 1970; 0: not known
};

/// Why a call failed: the name of the error says what can be done about it.
struct CallFailure {
  std::string name;  // "org.freedesktop.DBus.Error.ServiceUnknown"; empty where there was no bus to ask
  std::string what;

  /// No daemon answers, for whatever reason.
  [[nodiscard]] bool unreachable() const;
};

template <class T>
struct Answer {
  T value{};
  bool failed = false;
  CallFailure failure{};
  explicit operator bool() const { return !failed; }
};

class Client {
 public:
  /// DBUS_SYSTEM_BUS_ADDRESS of the environment, else the system bus.
  static Answer<std::unique_ptr<Client>> connect();
  virtual ~Client() = default;

  /// By gateway and name.
  virtual Answer<std::vector<TunnelRow>> rows() = 0;
  /// The whole array of tunnels, page by page: each page is an array.
  virtual Answer<bool> tunnels(const std::function<void(const std::string& page)>& take) = 0;
  virtual Answer<std::string> explain(const std::string& tunnel) = 0;
  virtual Answer<std::string> history(const std::string& tunnel) = 0;
  virtual Answer<std::string> silences() = 0;
  virtual Answer<std::string> silence(const std::string& tunnel, std::uint64_t seconds, const std::string& why) = 0;
  virtual Answer<bool> end_silence(const std::string& id) = 0;

  /// Waits until something changed on any tunnel, or the daemon came or went; what follows within a moment counts as one. False:
  /// the bus is gone. `watch` must have been called before.
  virtual bool wait_for_change() = 0;
  virtual Answer<bool> watch() = 0;
};

}  // namespace ikewatch::dbus
