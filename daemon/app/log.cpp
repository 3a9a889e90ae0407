#include "log.hpp"

#include <ikewatch/base/text.hpp>

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace ikewatch::app {

void log(Level level, std::string_view text) {
  // JOURNAL_STREAM: standard error is a journal stream (systemd.exec(5)), which reads the level from the front of the line.
  static const bool to_journal = std::getenv("JOURNAL_STREAM") != nullptr;
  std::string line;
  if (to_journal) line = '<' + std::to_string(static_cast<int>(level)) + '>';
  line += to_journal ? "" : "ikewatch: ";
  line += to_printable(text);
  line += '\n';
  // One write, so that lines never mix; a full disk or a closed pipe must not stop the daemon.
  [[maybe_unused]] const auto written = write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace ikewatch::app
