#include "check.hpp"
#include "doctor.hpp"
#include "exit.hpp"
#include "explain.hpp"
#include "history.hpp"
#include "run.hpp"
#include "silence.hpp"
#include "status.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>

namespace {

using namespace ikewatch::app;
using ikewatch::Problem;

constexpr const char* default_config = "/etc/ikewatch/ikewatch.yaml";

int misused(const std::string& what) {
  complain(Problem{{}, what + "; `ikewatch --help` shows how"});
  return wrong_usage;
}

/// Each subcommand sets `status` when it ran.
struct CommandLine {
  CLI::App app{"ikewatch: tells why IPsec tunnels fail, from the logs of racoon and Cisco devices", "ikewatch"};
  std::string config = default_config;
  std::string log_level;
  ExplainOptions explain_options;
  DoctorOptions doctor_options;
  StatusOptions status_options;
  SilenceOptions silence_options;
  std::string format;
  std::string timeline;
  HistoryOptions history_options;
  std::vector<std::string> packs;
  std::string dialect;
  std::string line;
  std::string schema;
  int status = done;
};

void add_run(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand("run", "the daemon: reads live logs, serves metrics and status");
  command->add_option("--config", line.config, "configuration file")->capture_default_str();
  command->add_option("--log-level", line.log_level, "error, warning, notice, info or debug; goes before the configuration")
      ->check(CLI::IsMember({"error", "warning", "notice", "info", "debug"}));
  command->callback([&line] { line.status = run(line.config, line.log_level); });
}

void explain_history(CommandLine& line) {
  const ExplainOptions& options = line.explain_options;
  if (!options.files.empty() || line.format == "events") {
    line.status = misused("--history reads no file, and knows the formats text and json");
    return;
  }
  HistoryOptions& history_options = line.history_options;
  history_options.gateway = options.gateway;
  history_options.config = options.config;
  history_options.format = line.format == "json" ? Format::json : Format::text;
  line.status = history(history_options);
}

void add_explain(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand("explain", "reads logs and says what happened to each tunnel, and why");
  ExplainOptions& options = line.explain_options;
  command->add_option("--format", line.format, "text, json or events (one JSON object a line)")
      ->check(CLI::IsMember({"text", "json", "events"}));
  command->add_option("--gateway", options.gateway, "whose log it is, where the lines do not say");
  command->add_option("--dialect", options.dialect, "read lines of this dialect only (racoon, cisco-ios, cisco-asa)");
  command->add_option("--config", options.config, "names of gateways and tunnels, rule packs of your own");
  command->add_option("--timeline", line.timeline, "all: every entry instead of the last ones")->check(CLI::IsMember({"all"}));
  command->add_option("--history", line.history_options.tunnel,
                      "no log, but what the daemon kept: every change of this tunnel (its name or peer)");
  command->add_option("--state", line.history_options.state, "where the daemon keeps its state (with --history)");
  command->add_option("files", options.files, "[NAME=]FILE... or - for standard input; NAME is the gateway")->expected(0, -1);
  command->footer(
      "Examples:\n  ikewatch explain /var/log/daemon.log\n  journalctl -u racoon -o export | ikewatch explain -\n"
      "  ikewatch explain paris=a.log lyon=b.log.gz      # both ends of a tunnel\n  ikewatch explain --format json router.log | "
      "jq .");
  command->callback([&line] {
    if (!line.history_options.tunnel.empty()) return explain_history(line);
    if (line.explain_options.files.empty()) line.explain_options.files = {"-"};
    line.explain_options.whole_timeline = line.timeline == "all";
    line.explain_options.format = line.format == "json" ? Format::json : line.format == "events" ? Format::events : Format::text;
    line.status = explain(line.explain_options);
  });
}

void add_check(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand("check", "checks configuration and rule packs");
  command->add_option("--config", line.config, "configuration file")->capture_default_str();
  command->add_option("--schema", line.schema, "checks nothing, prints the JSON Schema of: config or rules")
      ->check(CLI::IsMember({"config", "rules"}));
  command->callback([&line] { line.status = line.schema.empty() ? check(line.config) : print_schema(line.schema); });
}

void add_rules(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand("rules", "lists, proves and tries rules");
  command->callback([&line, command] {
    if (command->get_subcommands().empty()) line.status = misused("rules what? list, test or try");
  });
  command->add_option("--packs", line.packs, "packs of your own: files or folders");
  CLI::App* list = command->add_subcommand("list", "every rule: id, event, meaning");
  list->add_option("--dialect", line.dialect, "of this dialect only");
  list->add_option("--format", line.format, "text, json or markdown (the index of docs/messages.md; with --dialect its page)")
      ->check(CLI::IsMember({"text", "json", "markdown"}));
  list->callback([&line] {
    const auto format = line.format == "json"       ? ListFormat::json
                        : line.format == "markdown" ? ListFormat::markdown
                                                    : ListFormat::text;
    line.status = rules_list({line.packs, line.dialect, format});
  });
  CLI::App* test = command->add_subcommand("test", "runs the packs' own examples through the matcher");
  test->callback([&line] { line.status = rules_test(line.packs); });
  CLI::App* attempt = command->add_subcommand("try", "says what one line means");
  attempt->add_option("line", line.line, "the line")->required();
  attempt->callback([&line] { line.status = rules_try(line.packs, line.line); });
}

void add_status(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand("status", "asks the daemon how the tunnels are, and why");
  StatusOptions& options = line.status_options;
  command->add_option("--format", line.format, "text or json")->check(CLI::IsMember({"text", "json"}));
  command->add_flag("--json", options.json, "the same as --format json");
  command->add_flag("--watch", options.watch, "shows every change until it is interrupted");
  command->add_flag("--history", options.history, "everything that was kept of the tunnel");
  command->add_option("tunnel", options.tunnel, "one tunnel and its story: its name, its peer, or GATEWAY/NAME");
  command->footer(
      "Exit status: 0 all is well, 1 a tunnel is failed or down, 2 wrong usage, 3 the daemon cannot be reached.\n"
      "Examples:\n  ikewatch status\n  ikewatch status branch-lyon\n  ikewatch status --json | jq -r "
      "'.[] | select(.state != \"up\").name'");
  command->callback([&line] {
    line.status_options.json = line.status_options.json || line.format == "json";
    line.status = status(line.status_options);
  });
}

void add_silence(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand("silence", "tells nobody of a tunnel's alerts for a while");
  SilenceOptions& options = line.silence_options;
  command->add_option("tunnel", options.tunnel, "its name, its peer, or GATEWAY/NAME; * stands for any text");
  command->add_option("length", options.length, "for how long: 45m, 2h, 1d");
  command->add_option("--why", options.why, "what for; others see it");
  command->add_flag("--list", options.list, "the silences that are in force");
  command->add_flag("--json", options.json, "with --list: as JSON");
  command->add_option("--end", options.end, "ends the silence with this id");
  command->footer(
      "Examples:\n  ikewatch silence branch-lyon 2h --why \"new router\"\n  ikewatch silence --list\n"
      "  ikewatch silence --end 5d41402abc4b");
  command->callback([&line] { line.status = silence(line.silence_options); });
}

void add_doctor(CommandLine& line) {
  CLI::App* command =
      line.app.add_subcommand("doctor", "looks at this host's racoon installation and names what is wrong; changes nothing");
  DoctorOptions& options = line.doctor_options;
  command->add_option("--root", options.root, "the installation lies below this directory")->capture_default_str();
  command->add_option("--racoon-conf", options.racoon_conf, "its racoon.conf, a path below the root; else the usual places");
  command->add_option("--policies", options.policies,
                      "output of `ip xfrm policy` or `setkey -DP`, - for standard input; else `ip` is asked");
  command->add_option("--format", line.format, "text or json")->check(CLI::IsMember({"text", "json"}));
  command->footer(
      "Examples:\n  ikewatch doctor\n  setkey -DP | ikewatch doctor --policies -\n"
      "  ikewatch doctor --racoon-conf /usr/local/etc/racoon/racoon.conf\n"
      "  ikewatch doctor --root /mnt/old-gateway --policies old-gateway.spd    # of another machine\n"
      "  ikewatch doctor --format json | jq '.findings[] | .check'");
  command->callback([&line] {
    line.doctor_options.json = line.format == "json";
    line.status = doctor(line.doctor_options);
  });
}

/// `--version` everywhere, like `--help`.
void add_version(CLI::App& app) {
  app.set_version_flag("--version", std::string("ikewatch ") + IKEWATCH_VERSION);
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) add_version(*command);
}

int parse_and_run(int argc, char** argv) {
  CommandLine line;
  add_run(line);
  add_explain(line);
  add_check(line);
  add_rules(line);
  add_doctor(line);
  add_status(line);
  add_silence(line);
  add_version(line.app);
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return error.get_exit_code() == 0 ? line.app.exit(error) : misused(error.what());
  }
  if (line.app.get_subcommands().empty()) return misused("a command is missing");
  return line.status;
}

/// Everything is written and closed: taking a large engine apart piece by piece would only cost time.
[[noreturn]] void leave(int status) {
#if defined(__SANITIZE_ADDRESS__)
  std::exit(status);  // so that leaks are found
#else
  std::_Exit(status);
#endif
}

/// A full disk behind a redirection must not pass for success. A reader that went away wants no message.
int flushed(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.flush()) return status;
  if (errno != EPIPE) complain(Problem{{}, std::string("standard output: ") + std::strerror(errno)});
  return wrong_usage;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is an error of write(), not our end
  try {
    leave(flushed(parse_and_run(argc, argv)));
  } catch (const std::exception& error) {
    std::cerr << "ikewatch: " << error.what() << '\n';
    return wrong_usage;
  }
}
