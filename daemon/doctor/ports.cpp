// UDP ports 500 and 4500, or those of `listen`: whether another program has taken them.

#include "checks.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <map>

namespace ikewatch::doctor {
namespace {

using rules::Cause;

struct Socket {
  int port = 0;
  std::string inode;
};

/// The field of a line of /proc/net/udp, counted from 0.
std::string_view field(std::string_view line, std::size_t index) {
  for (;;) {
    line = trim_left(line);
    const auto word = line.substr(0, line.find(' '));
    if (index-- == 0) return word;
    if (word.empty()) return {};
    line.remove_prefix(word.size());
  }
}

void add_sockets(std::string_view table, std::vector<Socket>& out) {
  while (!table.empty()) {
    const auto line = table.substr(0, table.find('\n'));
    table.remove_prefix(std::min(table.size(), line.size() + 1));
    const auto local = field(line, 1);
    const auto colon = local.rfind(':');
    if (colon == std::string_view::npos) continue;
    const auto port = to_number<int>(local.substr(colon + 1), 16);
    if (port) out.push_back({*port, std::string(field(line, 9))});
  }
}

bool is_racoon(std::string_view program) { return program.starts_with("racoon"); }

class Ports {
 public:
  explicit Ports(Context& context) : context_(context) {}

  void check() {
    const FileText v4 = context_.disk.read("/proc/net/udp");
    if (!v4.read()) return context_.not_looked_at("UDP ports", context_.disk.shown("/proc/net/udp") + ": " + v4.status.why);
    add_sockets(v4.text, sockets_);
    add_sockets(context_.disk.read("/proc/net/udp6").text, sockets_);
    find_programs();
    const bool runs = check_port(port_of(false), false);
    const auto& remotes = context_.settings.remotes;
    const bool natt = std::any_of(remotes.begin(), remotes.end(), [](const Remote& remote) { return remote.nat_traversal; });
    if (natt) check_port(port_of(true), runs);
  }

 private:
  [[nodiscard]] int port_of(bool natt) const {
    for (const Listen& listen : context_.settings.listen) {
      if (listen.natt == natt) return listen.port;
    }
    return natt ? 4500 : 500;
  }

  /// Who holds which socket, as far as we may see.
  void find_programs() {
    for (const std::string& pid : context_.disk.names("/proc")) {
      if (!std::all_of(pid.begin(), pid.end(), is_digit)) continue;
      const std::string folder = "/proc/" + pid;
      for (const std::string& fd : context_.disk.names(folder + "/fd")) {
        const auto target = context_.disk.link(folder + "/fd/" + fd);
        if (!target || !target->starts_with("socket:[")) continue;
        const std::string inode = target->substr(8, target->size() - 9);
        const bool wanted =
            std::any_of(sockets_.begin(), sockets_.end(), [&](const Socket& socket) { return socket.inode == inode; });
        if (wanted) programs_.emplace(inode, trim(context_.disk.read(folder + "/comm").text));
      }
    }
  }

  /// True where racoon holds it. `expected`: racoon runs, and ought to.
  bool check_port(int port, bool expected) {
    const std::string name = "UDP port " + std::to_string(port);
    std::string other;
    bool taken = false;
    for (const Socket& socket : sockets_) {
      if (socket.port != port) continue;
      taken = true;
      const auto program = programs_.find(socket.inode);
      if (program != programs_.end() && is_racoon(program->second)) return context_.well(name + ", held by racoon"), true;
      if (program != programs_.end()) other = program->second;
    }
    if (!other.empty()) tell_taken(name, port, other);
    if (taken && other.empty()) context_.not_looked_at("who holds " + name, "the process is another user's; run this as root");
    if (!taken) tell_nobody(name, port, expected);
    return false;
  }

  void tell_taken(const std::string& name, int port, const std::string& program) {
    context_.add({Severity::error,
                  "port-taken",
                  {},
                  name + " is held by the program " + program + ", not by racoon.",
                  "ERROR: failed to bind to address ...[" + std::to_string(port) + "] (Address already in use).",
                  "Stop " + program + ": only one IKE daemon can have the port.",
                  Cause::resource_or_kernel});
  }

  void tell_nobody(const std::string& name, int port, bool expected) {
    if (expected) {
      return context_.add({Severity::warning,
                           "port-natt-closed",
                           {},
                           "racoon runs, and does not listen on " + name + ", though NAT traversal is on.",
                           "no line `used for NAT-T`",
                           "Restart racoon; then look for `failed to bind` and `UDP_ENCAP` in its log.",
                           Cause::nat_traversal});
    }
    if (port == port_of(true)) return;  // told with the other port
    context_.add({Severity::hint,
                  "port-nobody",
                  {},
                  "Nobody listens on " + name + ": racoon does not run.",
                  "",
                  "Start it, when the rest is well.",
                  Cause::none});
  }

  Context& context_;
  std::vector<Socket> sockets_;
  std::map<std::string, std::string, std::less<>> programs_;  // by inode
};

}  // namespace

void check_ports(Context& context) { Ports(context).check(); }

}  // namespace ikewatch::doctor
