// Lines as viewers, collectors and other platforms lay them out in columns. Own examples.
#pragma once

#include "header_samples.hpp"

namespace ikewatch::syslog {

// clang-format off
inline std::vector<Sample> viewer_samples() {
  using enum StampForm;
  return {
      {.line = "2026-11-22 10:00:00.123456+0100 0x1f2e  Default  0x0  221    0    racoon: (libvpn) [net.example.vpn:ike] INFO: x",
       .program = "racoon", .pid = "221", .text = "INFO: x", .stamp = "2026-11-22 10:00:00.123456+0100", .form = iso},
      {.line = "2026-11-22 10:00:00.123456+0100 0x1f2e     Error       0x7f                 99     0    mdworker: text",
       .program = "mdworker", .pid = "99", .text = "text", .stamp = "2026-11-22 10:00:00.123456+0100", .form = iso,
       .foreign = true},
      {.line = "2026-11-22 10:00:00.123 Df racoon[221:1f2e] [net.example.vpn:ike] INFO: x", .program = "racoon", .pid = "221",
       .text = "INFO: x", .stamp = "2026-11-22 10:00:00.123", .form = iso},
      {.line = "2026-11-22 10:00:00.123456+0100  localhost racoon[221]: (libvpn) INFO: x", .host = "localhost",
       .program = "racoon",
       .pid = "221", .text = "INFO: x", .stamp = "2026-11-22 10:00:00.123456+0100", .form = iso},
      {.line = "Nov 22 10:00:00 gw1 racoon[221] <Notice>: INFO: x", .host = "gw1", .program = "racoon", .pid = "221",
       .text = "INFO: x", .stamp = "Nov 22 10:00:00", .form = bsd},
      {.line = "Nov 22 10:00:00 gw1 racoon(libvpn.dylib)[221] <Notice>: INFO: x", .host = "gw1", .program = "racoon",
       .pid = "221",
       .text = "INFO: x", .stamp = "Nov 22 10:00:00", .form = bsd},
      {.line = "22/11/2026 10:00:00.123 racoon[221]: INFO: x", .program = "racoon", .pid = "221", .text = "INFO: x",
       .stamp = "22/11/2026 10:00:00.123", .form = bsd},
      {.line = "22.11.26 10:00:00,123 racoon[221]: INFO: x", .program = "racoon", .pid = "221", .text = "INFO: x",
       .stamp = "22.11.26 10:00:00,123", .form = bsd},
      {.line = "2026-11-22 10:00:00.000  123  456 I racoon  : text", .program = "racoon", .pid = "123", .text = "text",
       .stamp = "2026-11-22 10:00:00.000", .form = iso},
      {.line = "11-22 10:00:00.000  vpn  123  456 I racoon  : text", .program = "racoon", .pid = "123", .text = "text",
       .stamp = "11-22 10:00:00.000", .form = bsd},
      {.line = "Nov 22 10:00:00\tracoon\t221\tINFO: x", .program = "racoon", .pid = "221", .text = "INFO: x",
       .stamp = "Nov 22 10:00:00", .form = bsd},
      {.line = "Nov 22 10:00:00  racoon  221  [192.0.2.7] INFO: x", .program = "racoon", .pid = "221",
       .text = "[192.0.2.7] INFO: x",
       .stamp = "Nov 22 10:00:00", .form = bsd},
      {.line = "Nov 22 10:00:00 racoon ERROR: x", .program = "racoon", .text = "ERROR: x", .stamp = "Nov 22 10:00:00",
       .form = bsd},
      {.line = "Nov 22 10:00:00 racoon racoon: ERROR: x", .host = "racoon", .program = "racoon", .text = "ERROR: x",
       .stamp = "Nov 22 10:00:00", .form = bsd},
      {.line = "2026-11-22\t10:00:00\tDaemon.Info\tgw1\tracoon: INFO: x", .host = "gw1", .program = "racoon", .text = "INFO: x",
       .stamp = "2026-11-22\t10:00:00", .form = iso},
      {.line = "2026-11-22T10:00:00.123456789Z stdout F 2026-11-22 10:00:00: INFO: x", .text = "INFO: x",
       .stamp = "2026-11-22 10:00:00", .form = iso, .relay_stamp = "2026-11-22T10:00:00.123456789Z"},
      {.line = "2026-11-22T10:00:00.123456789Z stderr P INFO: x", .text = "INFO: x",
       .stamp = "2026-11-22T10:00:00.123456789Z", .form = iso},
      {.line = "[ 1234.567890] gw1 racoon[221]: INFO: x", .host = "gw1", .program = "racoon", .pid = "221", .text = "INFO: x",
       .stamp = "1234.567890", .form = uptime},
      {.line = "jan/02 10:00:00 ipsec,error 192.0.2.7 failed to get valid proposal.",
       .text = "192.0.2.7 failed to get valid proposal.", .stamp = "jan/02 10:00:00", .form = bsd},
      {.line = "jan/02/2026 10:00:00 memory ipsec, info ISAKMP-SA established", .text = "ISAKMP-SA established",
       .stamp = "jan/02/2026 10:00:00", .form = bsd},
      {.line = "10:00:00 ipsec text of it", .text = "text of it", .stamp = "10:00:00", .form = clock},
      {.line = "2026-11-22 10:00:00 dhcp,info server1 assigned", .text = "server1 assigned", .stamp = "2026-11-22 10:00:00",
       .form = iso, .foreign = true},
      {.line = "Nov 22 10:00:00 ipsec racoon: INFO: x", .host = "ipsec", .program = "racoon", .text = "INFO: x",
       .stamp = "Nov 22 10:00:00", .form = bsd},
      {.line = "Nov 22 10:00:00\t\tNon-Meraki / Client VPN negotiation\tmsg: phase1 negotiation failed.",
       .text = "Non-Meraki / Client VPN negotiation\tmsg: phase1 negotiation failed.", .stamp = "Nov 22 10:00:00", .form = bsd},
  };
}
// clang-format on

}  // namespace ikewatch::syslog
