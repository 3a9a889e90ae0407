// The file of pre-shared keys: whether racoon will open it, and whether it will find a key for each peer. Never shows a key, nor
// an identifier that is not known from racoon.conf or an address: a line that is written wrongly may begin with the key.

#include "checks.hpp"
#include "psk_lines.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <cstdio>
#include <unordered_map>

namespace ikewatch::doctor {
namespace {

using rules::Cause;

std::string octal(std::uint32_t mode) {
  char text[16];
  const int size = std::snprintf(text, sizeof text, "0%o", mode);
  return {text, static_cast<std::size_t>(size)};
}

class PskFile {
 public:
  PskFile(Context& context, const std::string& path) : context_(context), path_(path) {}

  void check() {
    const FileText file = context_.disk.read(path_);
    if (!check_access(file.status)) return;
    if (!file.read()) return not_read(file.status);
    lines_ = psk_lines_of(file.text);
    check_format();
    check_entries();
    check_peers();
  }

 private:
  void add(Severity severity, std::string_view check, std::size_t line, std::string what, std::string log, std::string remedy,
           Cause cause = Cause::psk_missing) {
    context_.add({severity, check, context_.disk.place(path_, line), std::move(what), std::move(log), std::move(remedy), cause});
  }
  void refuse(std::string_view check, std::string what, std::string log, std::string remedy) {
    add(Severity::error, check, 0, std::move(what),
        "ERROR: " + path_ + log + ", then: failed to open pre_share_key file " + path_, std::move(remedy));
  }

  /// What racoon's safefile() asks for; the mode of the directory is not looked at by it.
  bool check_access(const FileStatus& status) {
    if (status.trouble == Trouble::missing) {
      add(Severity::error, "psk-file-missing", 0, "The file of pre-shared keys does not exist.",
          "ERROR: failed to open pre_share_key file " + path_, "Create it with mode 0600, owned by root.");
      return false;
    }
    if (status.trouble == Trouble::not_regular) {
      refuse("psk-file-type", "The file of pre-shared keys " + status.why + ", not a regular file.", " is an invalid file type",
             "Replace it by a regular file, or by a link to one.");
      return false;
    }
    if (status.trouble == Trouble::other || status.trouble == Trouble::forbidden) return true;
    const Subject subject(context_, "owner and mode of the file of pre-shared keys");
    if (status.owner != context_.disk.owner()) {
      refuse("psk-owner",
             "The file of pre-shared keys belongs to user id " + std::to_string(status.owner) + ", racoon runs as " +
                 std::to_string(context_.disk.owner()) + '.',
             " has invalid owner uid", "`chown root " + path_ + "`.");
    }
    if ((status.mode & 077U) != 0) {
      refuse("psk-mode",
             "The file of pre-shared keys has the mode " + octal(status.mode) +
                 ": racoon does not read it while group or others may do anything with it.",
             " has weak file permission", "`chmod 600 " + path_ + "`.");
    }
    return true;
  }

  void not_read(const FileStatus& status) {
    if (status.trouble != Trouble::too_large) return context_.not_looked_at(context_.disk.shown(path_), status.why);
    context_.not_looked_at(context_.disk.shown(path_), "it is larger than 1 MiB");
  }

  void check_format() {
    const Subject subject(context_, "lines of the file of pre-shared keys");
    if (lines_.byte_order_mark) {
      add(Severity::error, "psk-byte-order-mark", 1,
          "The file begins with a byte order mark, which becomes part of the first identifier.",
          "ERROR: couldn't find the pskey for ...", "Save it as plain text, without the mark.");
    }
    for (const std::size_t line : lines_.leading_blanks) {
      add(Severity::warning, "psk-leading-blank", line,
          "A blank stands before the identifier: racoon takes the identifier to be empty.",
          "ERROR: couldn't find the pskey for ...", "Begin the line with the identifier.");
    }
    for (const std::size_t line : lines_.too_long) {
      add(Severity::error, "psk-long-line", line,
          "The line is longer than 1023 bytes: racoon cuts it, and reads the rest as another line.",
          "ERROR: HASH mismatched, or only time-outs", "Use a shorter key at both ends.", Cause::psk_mismatch);
    }
    check_returns();
    for (const PskEntry& entry : lines_.entries) check_key(entry);
  }

  /// One finding for a file that was written with CRLF, whatever the number of its lines.
  void check_returns() {
    const auto ends_so = [](const PskEntry& entry) { return entry.trailing_cr; };
    const auto count = std::count_if(lines_.entries.begin(), lines_.entries.end(), ends_so);
    if (count == 0) return;
    const auto first = std::find_if(lines_.entries.begin(), lines_.entries.end(), ends_so);
    add(Severity::warning, "psk-carriage-return", first->line,
        std::to_string(count) + (count == 1 ? " line ends" : " lines end") +
            " in CR LF: the carriage return becomes part of the key.",
        "ERROR: HASH mismatched, or only time-outs", "`sed -i 's/\\r$//' " + path_ + "`.", Cause::psk_mismatch);
  }

  void check_key(const PskEntry& entry) {
    if (entry.holds_nul) {
      add(Severity::error, "psk-nul", entry.line, "The line holds a NUL byte: racoon reads it up to there only.",
          "ERROR: couldn't find the pskey for ..., or HASH mismatched", "Write the line anew.", Cause::psk_mismatch);
    } else if (!entry.has_key) {
      add(Severity::warning, "psk-no-key", entry.line, "The line has one word only: racoon skips it.",
          "ERROR: couldn't find the pskey for ...", "Write the identifier, a blank, and the key.");
    }
    if (entry.bad_hex) {
      add(Severity::error, "psk-hex", entry.line, "The key begins with 0x and is not an even number of hexadecimal digits.",
          "ERROR: failed to get psk buffer.", "Correct the digits at both ends, or use a key that does not begin with 0x.");
    }
    if (entry.trailing_blank) {
      add(Severity::warning, "psk-trailing-blank", entry.line, "Blanks stand behind the key, and are part of it.",
          "ERROR: HASH mismatched, or only time-outs", "Take them off, unless the peer's key has them too.", Cause::psk_mismatch);
    }
  }

  void check_entries() {
    const Subject subject(context_, "identifiers in the file of pre-shared keys");
    for (const PskEntry& entry : lines_.entries) {
      if (!entry.has_key) continue;
      check_twice(entry);
      check_spelling(entry);
    }
  }

  /// `the identifier 198.51.100.7`, or without it where it might be something else.
  static std::string shown_id(const std::string& id) {
    return Address::parse(id) ? "The identifier " + id : "The identifier of this line";
  }

  void check_twice(const PskEntry& entry) {
    const auto [place, fresh] = first_.emplace(entry.id, &entry);
    if (fresh) return;
    const PskEntry& twin = *place->second;
    const bool same = twin.key_hash == entry.key_hash;
    add(same ? Severity::hint : Severity::warning, "psk-twice", entry.line,
        shown_id(entry.id) + " stands in line " + std::to_string(twin.line) + " already, with " +
            (same ? "the same" : "another") + " key; the first line counts.",
        same ? "" : "ERROR: HASH mismatched, or only time-outs", "Keep the right one.", Cause::psk_mismatch);
  }

  /// racoon compares text: an address that is not written as getnameinfo(3) writes it is never found.
  void check_spelling(const PskEntry& entry) {
    const auto address = Address::parse(entry.id);
    if (!address || entry.id.find('%') != std::string::npos || entry.id.find(':') == std::string::npos) return;
    const std::string canonical = address->to_string();
    if (canonical == entry.id || address->is_v4()) return;
    add(Severity::error, "psk-spelling", entry.line,
        "The address " + entry.id + " is not in the form that racoon compares: " + canonical + '.',
        "ERROR: couldn't find the pskey for " + canonical + '.', "Write " + canonical + '.');
  }

  [[nodiscard]] bool has(const std::string& id) const { return first_.contains(id) || first_.contains("*"); }

  void check_peers() {
    const Subject subject(context_, "a key for each peer");
    for (const Remote& remote : context_.settings.remotes) {
      if (remote.uses_psk() && !remote.modes.empty()) check_peer(remote);
      if (!remote.xauth_login.empty() && !has(remote.xauth_login)) tell_no_password(remote);
    }
  }

  /// The password for XAUTH stands in the same file, under the login name.
  void tell_no_password(const Remote& remote) {
    add(Severity::error, "psk-login", 0,
        "No line begins with the login " + remote.xauth_login + " of `remote " + remote.name + "`.",
        "ERROR: No password was found for login " + remote.xauth_login, "Add a line: the login, a blank, and the password.",
        Cause::auth_failed);
  }

  void check_peer(const Remote& remote) {
    const auto& address = remote.address;
    if (!address) return check_any(remote);
    const auto scope = remote.peer->find('%');
    const std::string text = address->to_string() + (scope == std::string::npos ? std::string{} : remote.peer->substr(scope));
    const bool main_first = remote.modes[0] == "main";
    const bool by_address = main_first || !remote.verify_identifier;
    if ((by_address && has(text)) || (!main_first && may_be_found_by_name(remote))) return;
    if (misspelt(*address)) return;  // told already
    add(Severity::error, "psk-missing", 0,
        "There is no key for `remote " + remote.name + "`, which authenticates by one: no line begins with " + text +
            names_of(remote, main_first) + '.',
        "[" + text + "] ERROR: couldn't find the pskey for " + text + '.', "Add a line: " + text + ", a blank, and the key.");
  }

  [[nodiscard]] bool misspelt(const Address& address) const {
    return std::any_of(lines_.entries.begin(), lines_.entries.end(), [&](const PskEntry& entry) {
      return entry.has_key && entry.id.find(':') != std::string::npos && Address::parse(entry.id) == address &&
             entry.id != address.to_string();
    });
  }

  static std::string names_of(const Remote& remote, bool main_first) {
    std::string out;
    for (const Identifier& id : remote.peers) {
      if (!main_first && id.value && id.type != "asn1dn") out += " or with " + *id.value;
    }
    return out;
  }

  /// In aggressive and base mode the key is looked for under the identity that the peer sends.
  [[nodiscard]] bool may_be_found_by_name(const Remote& remote) const {
    const bool known = remote.verify_identifier && !remote.peers.empty();
    if (!known) return std::any_of(lines_.entries.begin(), lines_.entries.end(), is_usable_name);
    return std::any_of(remote.peers.begin(), remote.peers.end(), [&](const Identifier& id) {
      const bool in_a_file = id.type == "keyid" && id.qualifier != "tag";
      return in_a_file || !id.value || has(*id.value);
    });
  }

  static bool is_usable_name(const PskEntry& entry) { return entry.has_key && !Address::parse(entry.id); }

  void check_any(const Remote& remote) {
    if (!first_.empty()) return;
    add(Severity::error, "psk-missing", 0,
        "`remote " + remote.name + "` authenticates by pre-shared keys, and the file has none.",
        "ERROR: couldn't find the pskey for ...", "Add a line for each peer: its address, a blank, and the key.");
  }

  Context& context_;
  const std::string path_;
  PskLines lines_;
  std::unordered_map<std::string, const PskEntry*> first_;  // by identifier, those with a key
};

}  // namespace

void check_psk_file(Context& context) {
  const auto& remotes = context.settings.remotes;
  const auto user = std::find_if(remotes.begin(), remotes.end(),
                                 [](const Remote& remote) { return remote.uses_psk() || !remote.xauth_login.empty(); });
  if (user == remotes.end()) return;
  if (context.settings.psk_file) return PskFile(context, context.settings.psk_file->text).check();
  context.add({Severity::error, "psk-path", context.at(user->at),
               "`remote " + user->name + "` needs a key or a password, and there is no `path pre_shared_key`.",
               "ERROR: failed to open pre_share_key file (null)", "Add `path pre_shared_key \"/etc/racoon/psk.txt\";`.",
               Cause::psk_missing});
}

}  // namespace ikewatch::doctor
