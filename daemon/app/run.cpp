#include "run.hpp"

#include "daemon.hpp"
#include "exit.hpp"

#include <boost/asio/io_context.hpp>

namespace ikewatch::app {

int run(const std::string& config_path) {
  boost::asio::io_context loop(1);
  Daemon daemon(loop, config_path);
  if (const auto problems = daemon.start(); !problems.empty()) return complain(problems), wrong_usage;
  loop.run();
  return done;
}

}  // namespace ikewatch::app
