// Words that headers have besides names. Role: used by the header walk. Threads: pure.
#pragma once

#include "cursor.hpp"

namespace ikewatch::syslog {

/// racoon's level words (plog.c): never a program's name.
bool is_level_word(std::string_view word);
/// `local7.error`, `daemon.info`, in any case (facility and severity as syslog.conf spells them).
bool is_facility_word(std::string_view word);
/// `R0/0`, `SIP0/1`, `6/0`: the part of a device that speaks.
bool is_module_word(std::string_view word);
/// `LC/0/2/CPU0` in front of IOS-XR's date: how many bytes of the word it has with its colon, 0 for none.
std::size_t node_prefix(std::string_view word);
/// Digits alone.
bool is_number(std::string_view word);
/// What a relay may name as host: no parentheses, and it begins with a letter, a digit or a colon (IPv6).
bool is_host(std::string_view word);
/// `/usr/sbin/racoon`, `racoon.service`, `racoon@gw1.service` (journalctl -o with-unit) -> `racoon`; other names as they are.
std::string_view plain_program(std::string_view name);
/// racoon by its plain name.
inline bool is_racoon(std::string_view program) { return program == "racoon"; }
/// `192.0.2.1:514` without the port; other words as they are.
std::string_view without_port(std::string_view host);

}  // namespace ikewatch::syslog
