// Rows of exports (JSON objects, quoted CSV) as the log lines that they hold. Role: a step of mending a damaged line. Pure
// functions.
#pragma once

#include <string>
#include <string_view>

namespace ikewatch::reader {

/// Writes the log line of a row into `out`: the message where it has a header of its own, else time, host and program in front of
/// it. JSON: one object of Splunk, Graylog, Elasticsearch, syslog-ng, docker and their like, also as an element of an array.
/// CSV: quoted cells, in which one stands for the time. False, and `out` is not touched, for anything else.
bool read_row(std::string_view line, std::string& out);

/// Whether a row may begin here at all.
bool may_be_row(std::string_view line);

}  // namespace ikewatch::reader
