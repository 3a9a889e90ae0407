// What the header of one log line says. Role: raw line -> Record -> rules. Ownership: views into the caller's line, valid as long
// as that is; nothing is copied. Threads: a plain value.
#pragma once

#include <cstdint>
#include <string_view>

namespace ikewatch::syslog {

/// How a time stamp is written; decode_stamp() turns it into a point in time only when somebody wants it.
enum class StampForm : std::uint8_t {
  none,
  bsd,     // "Nov 22 02:30:00", with or without year, fraction, zone (RFC 3164, Cisco), "3/2/17 10:08:54 AM", "11-22 10:00:00"
  iso,     // "2026-11-22T02:30:00.123+01:00", "2026-11-22 02:30:00" (RFC 3339, racoon's -F)
  epoch,   // "1578426208.829677788"
  uptime,  // "42w2d", "00:27:07": no wall time can be told
  clock,   // "10:08:54" without a date: no wall time can be told alone
};

/// Whether the device vouches for its clock (Cisco: `*` never set, `.` lost synchronisation).
enum class ClockTrust : std::uint8_t { good, unset, unsynchronised };

struct Stamp {
  std::string_view text;
  StampForm form = StampForm::none;
};

struct Record {
  std::string_view raw;       // the whole line, without its line end
  std::string_view host;      // the origin that the line names; empty where it names none
  std::string_view program;   // "racoon", "sshd", "postfix/smtpd"; empty where none stands there
  std::string_view pid;       // digits, or empty
  std::string_view tag;       // Cisco's, without % and colon: "CRYPTO-4-IKMP_NO_SA", "ASA-vpn-4-402124"; else empty
  std::string_view text;      // the message behind all headers, trailing blanks kept
  Stamp stamp;                // the stamp nearest to the message (the device's own, where a relay added another)
  Stamp relay_stamp;          // the outer stamp where there are two, else none
  std::string_view sequence;  // Cisco's sequence number or message count, digits or empty
  int priority = -1;          // 0..191 (RFC 5424 section 6.2.1), -1 where the line has none
  ClockTrust clock = ClockTrust::good;
  bool foreign = false;  // a clean header of some other program: nothing of an IKE daemon or a Cisco device can stand in it
  /// How often a syslog daemon says that the message came again, 0 for lines that do not say so. `text` is the repeated message
  /// (rsyslog: `message repeated 3 times: [ x]`), or the remark that it was the line before, which is `foreign`.
  std::uint16_t repeats = 0;
};

}  // namespace ikewatch::syslog
