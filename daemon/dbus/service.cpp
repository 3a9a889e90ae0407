#include <ikewatch/dbus/service.hpp>

#include "connection.hpp"
#include "manager.hpp"
#include "objects.hpp"
#include "permission.hpp"
#include "rows.hpp"
#include "units.hpp"

#include <ikewatch/dbus/names.hpp>

#include <utility>

namespace ikewatch::dbus {
namespace {

// Replies of RequestName, D-Bus specification.
constexpr std::uint32_t primary_owner = 1;
constexpr std::uint32_t in_queue = 2;

class OnBus final : public Service {
 public:
  OnBus(boost::asio::io_context& loop, Options options, Daemon& daemon)
      : daemon_(daemon),
        objects_(rows_),
        manager_(rows_, permission_, daemon),
        units_([this](const UnitChange& change) { daemon_.unit_changed(change); }),
        connection_(loop, options.address,
                    {[this](sd_bus& bus) { return opened(bus); }, [this](const std::string& why) { lost(why); },
                     [this] { return objects_.work(*connection_.bus()); }}) {
    take(std::move(options));
    look_at_all(true);
  }
  ~OnBus() override { stop(); }

  void open() { connection_.open(); }

  void publish(const std::vector<engine::Change>& changes) override {
    if (changes.empty()) return;
    const bool heard = connection_.bus() != nullptr;
    for (const auto& change : changes) {
      if (!rows_.apply(change)) look_at(change);
      if (heard) rows_.pass(change);
    }
    if (!heard) rows_.forget_news();
    connection_.touch();
  }

  void look_again() override {
    look_at_all(connection_.bus() == nullptr);
    connection_.touch();
  }

  void reconfigure(Options options) override {
    const auto former = std::exchange(watched_, options.units);
    take(std::move(options));
    look_again();
    if (connection_.bus() != nullptr && former != watched_) {
      units_.drop();
      static_cast<void>(units_.attach(*connection_.bus()));
    }
  }

  void stop() override {
    drop();
    connection_.close();
  }

 private:
  void take(Options options) {
    permission_.set_group(options.group);
    manager_.describe(std::move(options.version), std::move(options.config_path));
    units_.watch(options.units);
    watched_ = std::move(options.units);
  }

  void look_at_all(bool silently) {
    std::vector<engine::TunnelView> all;
    daemon_.each_tunnel([&](const engine::TunnelView& view) {
      auto& kept = all.emplace_back(view);
      kept.timeline.clear();
    });
    rows_.replace(all, silently);
  }

  /// The first time that anything is heard of it.
  void look_at(const engine::Change& change) {
    if (const auto view = daemon_.find(change.gateway, change.peer)) rows_.put(*view);
  }

  int opened(sd_bus& bus) {
    int result = objects_.attach(bus);
    if (result >= 0) result = manager_.attach(bus);
    if (result >= 0) result = request_name(bus);
    return result < 0 ? result : units_.attach(bus);
  }

  int request_name(sd_bus& bus) {
    sd_bus_slot* slot = nullptr;
    const int result = sd_bus_request_name_async(&bus, &slot, service_name, SD_BUS_NAME_QUEUE, on_name, this);
    name_.reset(slot);
    return result;
  }

  static int on_name(sd_bus_message* reply, void* self, sd_bus_error* /*error*/) {
    static_cast<OnBus*>(self)->named(*reply);
    return 1;
  }

  void named(sd_bus_message& reply) {
    connection_.works();
    const bool was_missed = std::exchange(missed_, false);
    std::uint32_t standing = 0;
    if (sd_bus_message_is_method_error(&reply, nullptr) > 0) {
      const auto* error = sd_bus_message_get_error(&reply);
      return daemon_.say(true, std::string("D-Bus: the bus does not let ikewatch have the name ") + service_name + ": " +
                                   error->message +
                                   "; is org.ikewatch.IkeWatch1.conf installed, and does ikewatch run as a user "
                                   "that it names?");
    }
    static_cast<void>(sd_bus_message_read(&reply, "u", &standing));
    if (standing == in_queue) return daemon_.say(true, std::string("D-Bus: another ikewatch has the name ") + service_name);
    if (standing == primary_owner && was_missed) daemon_.say(false, "D-Bus: connected again");
  }

  void drop() {
    name_.reset();
    units_.drop();
    permission_.drop();
    manager_.drop();
    objects_.drop();
  }

  void lost(const std::string& why) {
    drop();
    if (std::exchange(missed_, true)) return;
    daemon_.say(true, "D-Bus: no connection to the bus (" + why + "); everything else goes on, and it is tried again");
  }

  Daemon& daemon_;
  Rows rows_;
  Permission permission_;
  Objects objects_;
  Manager manager_;
  Units units_;
  Slot name_;
  std::vector<std::string> watched_;
  bool missed_ = false;
  Connection connection_;
};

}  // namespace

std::unique_ptr<Service> Service::start(boost::asio::io_context& loop, Options options, Daemon& daemon) {
  auto service = std::make_unique<OnBus>(loop, std::move(options), daemon);
  service->open();
  return service;
}

}  // namespace ikewatch::dbus
