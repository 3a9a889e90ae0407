// Lines with the headers that devices, relays and people give them, and what must be read from each. Own examples.
#pragma once

#include <ikewatch/syslog/record.hpp>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::syslog {

struct Sample {
  std::string_view line;
  std::string_view host{};
  std::string_view program{};
  std::string_view pid{};
  std::string_view tag{};
  std::string_view text{};
  std::string_view stamp{};
  StampForm form = StampForm::none;
  std::string_view relay_stamp{};
  std::string_view sequence{};
  int priority = -1;
  ClockTrust clock = ClockTrust::good;
  bool foreign = false;
  std::uint16_t repeats = 0;
};

inline void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.line; }

inline std::vector<std::string> hostile_lines() {
  using namespace std::string_literals;
  const auto repeat = [](std::string_view piece, int times) {
    std::string line;
    for (int i = 0; i < times; ++i) line += piece;
    return line;
  };
  return {""s,
          "\0\0\0"s,
          "\0Nov 22 10:00:00 gw1 racoon: x"s,
          "<"s,
          "<>"s,
          "<999>x"s,
          "<30"s,
          "%%%%-"s,
          "%-5-"s,
          "%A-5-"s,
          ":"s,
          ":::::"s,
          "[1]:"s,
          "[IKEv1"s,
          "\xFF\xFE\x80 \xC0\xAF: \xED\xA0\x80"s,
          "Nov 22 10:00:00 \xFF\xFF racoon\xFF[1]: x"s,
          "99999999999999999999.99999999999999999999 x"s,
          "9999999999.999999999999 x"s,
          "99999w99999d: x"s,
          "UTC+99:99: "s,
          "Nov 99 99:99:99 gw1 racoon: x"s,
          "9999-99-99T99:99:99.999999999999+99:99 gw1 racoon: x"s,
          "<34>1 - - - - - [a b=\"\\"s,
          std::string(1'000'000, '1'),
          std::string(1'000'000, '%'),
          std::string(1'000'000, ' '),
          repeat("<30>", 100'000),
          repeat("a: ", 100'000),
          repeat(": a: ", 100'000),
          repeat("12: a : ", 50'000),
          repeat("Nov 22 10:00:00 ", 20'000),
          repeat("*Nov 22 10:00:00: ", 20'000),
          repeat("A-1-", 50'000),
          "%IOSXE-3-PLATFORM: "s + repeat(" %A-1-", 50'000),
          "<34>1 - - - - - "s + repeat("[a \"", 50'000)};
}

}  // namespace ikewatch::syslog
