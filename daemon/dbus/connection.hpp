// One connection to a bus, driven by the Asio loop. Role: sd-bus(3) <-> io_context. Ownership: owns the bus; whoever holds slots
// drops them in `lost`. Threads: the loop's; nothing here waits.
#pragma once

#include "sd_bus.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace ikewatch::dbus {

class Connection {
 public:
  struct Events {
    /// The bus is being connected to: objects, matches and calls may be set up, and go out once it is there. Negative: give up.
    std::function<int(sd_bus&)> opened;
    /// It is gone, or never was there; the slots of the former bus must be dropped. `why` is for people.
    std::function<void(const std::string& why)> lost;
    /// A turn of the loop: some more work of the room's own. True: there is more.
    std::function<bool()> turn;
  };

  Connection(boost::asio::io_context& loop, std::string address, Events events);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void open();
  void close();
  [[nodiscard]] sd_bus* bus() const { return bus_.get(); }
  /// To be called after anything that may have queued output: sd-bus has to be asked anew what it waits for.
  void touch();
  /// It answered: the next pause is the first one again.
  void works() { pause_ = first_pause; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds first_pause{1};
  static constexpr std::chrono::seconds longest_pause{60};

  int connect();
  int process();
  void turn();
  void arm();
  int follow(int fd);
  void wait_for(short events, std::uint64_t until);
  void lose(int result);

  boost::asio::io_context& loop_;
  std::string address_;
  Events events_;
  Bus bus_;
  std::unique_ptr<boost::asio::posix::stream_descriptor> fd_;  // a duplicate: sd-bus closes its own
  boost::asio::steady_timer timeout_;
  boost::asio::steady_timer again_;
  std::chrono::seconds pause_ = first_pause;
  int followed_ = -1;  // what it duplicates
  bool reading_ = false;
  bool writing_ = false;
  bool posted_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);  // handlers of a closed bus find it exchanged
};

}  // namespace ikewatch::dbus
