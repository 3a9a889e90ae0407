// How long one line's header takes, by kind of line.
#include <benchmark/benchmark.h>
#include <ikewatch/syslog/header.hpp>

#include <array>
#include <string>
#include <string_view>

namespace {

using namespace ikewatch::syslog;

void read_line(benchmark::State& state, std::string_view line) {
  const std::string kept(line);
  for (auto _ : state) {
    std::string_view view = kept;
    benchmark::DoNotOptimize(view);
    auto record = read_header(view);
    benchmark::DoNotOptimize(record);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kept.size()));
}

BENCHMARK_CAPTURE(read_line, foreign_bsd,
                  "Nov 22 10:00:00 gw1 sshd[12345]: Failed password for invalid user admin from 203.0.113.77 port 51234 ssh2 xx");
BENCHMARK_CAPTURE(read_line, foreign_capital,
                  "Nov 22 10:00:00 gw1 CRON[12345]: Accepted publickey for backup from 203.0.113.77 port 51234 ssh2: RSA xxxxx");
BENCHMARK_CAPTURE(read_line, foreign_iso,
                  "2026-11-22T10:00:00.064245+00:00 gw1 sshd[12345]: Failed password for invalid user admin from 203.0.113.77 ");
BENCHMARK_CAPTURE(
    read_line, foreign_rfc5424,
    "<38>1 2026-11-22T10:00:00.064245+00:00 gw1 sshd 12345 - - Failed password for invalid user admin from 203.0.113.77");
BENCHMARK_CAPTURE(read_line, foreign_datagram,
                  "<38>Nov 22 10:00:00 gw1 sshd[12345]: Failed password for invalid user admin from 203.0.113.77 port 51234 ");
BENCHMARK_CAPTURE(read_line, racoon,
                  "Nov 22 10:00:00 gw1 racoon[1001]: ERROR: phase1 negotiation failed due to time up. 376214d6a:0000");
BENCHMARK_CAPTURE(read_line, racoon_own_stamp,
                  "<30>Nov 22 10:00:00 racoon: 2026-11-22 10:00:00: INFO: begin Identity Protection mode.");
BENCHMARK_CAPTURE(read_line, racoon_file,
                  "2026-11-22 10:00:00: INFO: ISAKMP-SA established 192.0.2.1[500]-198.51.100.7[500] spi:0:1");
BENCHMARK_CAPTURE(read_line, ios_relayed,
                  "Nov 22 10:00:00 gw1 1234: %CRYPTO-4-IKMP_NO_SA: IKE message from 198.51.100.7 has no SA and is not an initi");
BENCHMARK_CAPTURE(
    read_line, ios_wire,
    "<188>2901: gw1: 3001: *Nov 22 10:00:00.123 UTC: %CRYPTO-4-IKMP_NO_SA: IKE message from 198.51.100.7 has no SA");
BENCHMARK_CAPTURE(
    read_line, asa_wire,
    "<164>Nov 22 2026 10:00:00 asa1 : %ASA-4-713903: Group = 198.51.100.7, IP = 198.51.100.7, Freeing previously a");
BENCHMARK_CAPTURE(read_line, no_header, "phase1 negotiation failed due to time up. 376214d6a:0000000000000000");

void decode(benchmark::State& state, std::string_view text, StampForm form) {
  const StampContext context{std::chrono::sys_days(std::chrono::year(2026) / 11 / 22), std::chrono::seconds(3600)};
  Stamp stamp{text, form};
  for (auto _ : state) {
    benchmark::DoNotOptimize(stamp);
    benchmark::DoNotOptimize(decode_stamp(stamp, context));
  }
}
BENCHMARK_CAPTURE(decode, bsd, "Nov 22 10:00:00", StampForm::bsd);
BENCHMARK_CAPTURE(decode, iso, "2026-11-22T10:00:00.064245+00:00", StampForm::iso);
BENCHMARK_CAPTURE(decode, ios, "Nov 22 2026 10:00:00.123 CEST", StampForm::bsd);

}  // namespace

BENCHMARK_MAIN();
