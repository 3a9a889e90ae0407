#include <ikewatch/dbus/names.hpp>

#include <ikewatch/base/text.hpp>

#include <systemd/sd-bus.h>

#include <cstdlib>
#include <memory>

namespace ikewatch::dbus {
namespace {

std::string below(const std::string& prefix, std::string_view name) {
  char* path = nullptr;
  const std::string text = to_printable(name);
  if (sd_bus_path_encode(prefix.c_str(), text.c_str(), &path) < 0) return prefix;
  const std::unique_ptr<char, decltype(&std::free)> owned(path, &std::free);
  return path;
}

}  // namespace

std::string path_of(std::string_view gateway, std::string_view name) { return below(below(tunnels_path, gateway), name); }

}  // namespace ikewatch::dbus
