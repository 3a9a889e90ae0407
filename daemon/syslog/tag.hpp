// Cisco's message tags and the words that open its debug lines. Role: tells where a Cisco message begins. Threads: pure.
#pragma once

#include "cursor.hpp"

namespace ikewatch::syslog {

/// `%FAC[-SUB..]-SEV-MNEMONIC` with `:`, ` :` or a blank behind it, severity 0..7. Takes it with the colon and the blanks behind
/// it off the front and returns it without `%`; empty and untouched where none stands there. `%>FAC-..` is read as people paste
/// it.
std::string_view read_tag(Cursor& cursor);

/// The same without `%`, as people quote it: only with a colon behind it.
std::string_view read_bare_tag(Cursor& cursor);

/// Whether the whole of `text` is a tag with its `%`: some relays take it for the program's name.
bool is_whole_tag(std::string_view text);

/// A Cisco debug line begins here (`ISAKMP:(1001):`, `[IKEv1]: `, `Group = `), with the punctuation that tells it from a name.
bool at_debug_line(const Cursor& cursor);

/// The same by its first word alone, for the place behind a program's colon.
bool at_debug_word(const Cursor& cursor);

}  // namespace ikewatch::syslog
