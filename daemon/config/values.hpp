// Reads one value of the file from its text. Role: shared by the checks (which want the complaint) and the builder (which wants
// the value). Ownership: plain values. Threads: pure functions.
#pragma once

#include <ikewatch/base/text.hpp>
#include <ikewatch/config/settings.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ikewatch::config {

/// A value, or a sentence that says what to write instead of the text.
template <class T>
struct Reading {
  std::optional<T> value;
  std::string complaint;

  Reading(T found) : value(std::move(found)) {}  // NOLINT: both ways of making one are meant to be implicit
  Reading(std::string why) : complaint(std::move(why)) {}
  Reading(const char* why) : complaint(why) {}
};

/// Decimal digits without sign, separators or leading zeros.
Reading<std::uint64_t> read_number(std::string_view text);
/// `250ms`, `30s`, `5m`, `2h`, `1d`, or `0`.
Reading<Duration> read_duration(std::string_view text);
/// `512B`, `64KiB`, `8MiB`, `1GiB`, or `0`; in bytes.
Reading<std::uint64_t> read_size(std::string_view text);
/// `true` or `false`.
Reading<bool> read_boolean(std::string_view text);
/// `02:30`, of 24 hours.
Reading<std::chrono::minutes> read_clock(std::string_view text);
/// An address alone.
Reading<Address> read_address(std::string_view text);
/// `192.0.2.1:514` or `[2001:db8::1]:514`.
Reading<SocketAddress> read_socket_address(std::string_view text);
Reading<Endpoint> read_endpoint(std::string_view text);

// These say what is wrong with the text, or nothing.
std::string complain_of_name(std::string_view text);
std::string complain_of_path(std::string_view text);
std::string complain_of_url(std::string_view text);
std::string complain_of_unit(std::string_view text);
std::string complain_of_pattern(std::string_view text);
std::string complain_of_dialect(std::string_view text);
std::string complain_of_timezone(std::string_view text);
/// A header of a request: `Name: value`.
std::string complain_of_header(std::string_view text);
std::string complain_of_certificate_name(std::string_view text);
/// Names of labels and annotations (Prometheus data model).
std::string complain_of_label(std::string_view text);

}  // namespace ikewatch::config
