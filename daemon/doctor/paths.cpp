// The directories and scripts that racoon.conf names.

#include "checks.hpp"

#include <algorithm>

namespace ikewatch::doctor {
namespace {

using rules::Cause;

bool uses_certificates(const Settings& settings) {
  return std::any_of(settings.remotes.begin(), settings.remotes.end(), [](const Remote& remote) {
    return remote.own || remote.peers_certfile || remote.ca_file || remote.signs() || remote.verifies();
  });
}

bool has_scripts(const Settings& settings) {
  return std::any_of(settings.remotes.begin(), settings.remotes.end(),
                     [](const Remote& remote) { return !remote.scripts.empty(); });
}

void check_directory(Context& context, const Word& path, std::string_view what, Cause cause) {
  const FileStatus status = context.disk.status(path.text);
  if (status.trouble == Trouble::forbidden) return context.not_looked_at(context.disk.shown(path.text), status.why);
  if (status.found() && status.directory) return context.well("directory of `path " + std::string(what) + '`');
  const std::string why = status.found() ? "is no directory" : "does not exist";
  context.add({Severity::error, "path-missing", context.at(path.at),
               "`path " + std::string(what) + "`: " + path.text + ' ' + why + '.', "", "Create it, or correct the path.", cause});
}

bool is_inside(std::string_view directory, std::string_view path) {
  const std::string root = normal(directory);
  return normal(path).starts_with(root == "/" ? root : root + '/');
}

void refuse_outside(Context& context, At at, const std::string& path, std::string_view what, std::string_view directory) {
  const std::string log =
      what == "script" ? "ERROR: script path \"" + path + "\" is invalid" : "ERROR: ...: unsafe cert or key \"" + path + '"';
  context.add(
      {Severity::error, "privsep-path", context.at(at),
       "With `privsep`, racoon refuses a " + std::string(what) + " outside `path " + std::string(directory) + "`: " + path + '.',
       log, "Move it there, or name the directory that it is in.", Cause::config_error});
}

/// With privilege separation only what lies below the two directories is used.
void check_confined(Context& context, const Word& file, const std::optional<Word>& directory, std::string_view what,
                    std::string_view key) {
  if (!context.settings.privsep) return;
  if (!directory) {
    return context.add(
        {Severity::error, "privsep-path", context.at(file.at), "With `privsep`, racoon asks for `path " + std::string(key) + "`.",
         "ERROR: privilege separation require path cert and path script in the config file", "Add it.", Cause::config_error});
  }
  const std::string path = joined(directory->text, file.text);
  if (!is_inside(directory->text, path)) refuse_outside(context, file.at, path, what, key);
}

void check_script(Context& context, const Word& script) {
  check_confined(context, script, context.settings.scripts, "script", "script");
  if (!context.settings.scripts && !script.text.starts_with('/')) return;  // below racoon's working directory, whichever it is
  const std::string path = context.settings.scripts ? joined(context.settings.scripts->text, script.text) : script.text;
  const FileStatus status = context.disk.status(path);
  if (status.trouble == Trouble::forbidden) return context.not_looked_at(context.disk.shown(path), status.why);
  const bool runs = status.found() && status.regular && (status.mode & 0111U) != 0;
  if (runs) return;
  const std::string why = !status.found() ? "does not exist" : !status.regular ? "is no file" : "may not be executed";
  context.add({Severity::warning, "script-missing", context.at(script.at), "The script " + path + ' ' + why + '.', "",
               status.found() ? "`chmod 755 " + path + "`." : "Create it, or take the line out.", Cause::config_error});
}

void check_confined_certificates(Context& context) {
  const auto& directory = context.settings.certificates;
  for (const Remote& remote : context.settings.remotes) {
    if (remote.own) check_confined(context, remote.own->file, directory, "certificate", "certificate");
    if (remote.own && remote.own->key) check_confined(context, *remote.own->key, directory, "private key", "certificate");
  }
}

}  // namespace

void check_paths(Context& context) {
  const Settings& settings = context.settings;
  if (settings.certificates && uses_certificates(settings)) {
    check_directory(context, *settings.certificates, "certificate", Cause::cert_missing);
  }
  if (settings.scripts && has_scripts(settings)) check_directory(context, *settings.scripts, "script", Cause::config_error);
  if (has_scripts(settings)) {
    const Subject subject(context, "scripts");
    for (const Remote& remote : settings.remotes) {
      for (const Word& script : remote.scripts) check_script(context, script);
    }
  }
  if (settings.privsep) {
    const Subject subject(context, "paths under privilege separation");
    check_confined_certificates(context);
  }
}

}  // namespace ikewatch::doctor
