#include "run.hpp"

#include "daemon.hpp"
#include "exit.hpp"
#include "log.hpp"

#include <boost/asio/io_context.hpp>

namespace ikewatch::app {

int run(const std::string& config_path, const std::string& log_level) {
  if (const auto level = level_named(log_level)) fix_log_level(*level);
  boost::asio::io_context loop(1);
  Daemon daemon(loop, config_path);
  if (const auto problems = daemon.start(); !problems.empty()) return complain(problems), wrong_usage;
  loop.run();
  return done;
}

}  // namespace ikewatch::app
