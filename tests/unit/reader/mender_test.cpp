#include "mender.hpp"

#include "lead.hpp"
#include "markup.hpp"
#include "plain.hpp"
#include "row.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace ikewatch::reader {
namespace {

using testing::ElementsAre;
using Lines = std::vector<std::string>;

std::string plain(std::string_view line) {
  std::string out(line);
  make_plain(line, out);
  return out;
}

std::string stripped(std::string_view line) {
  std::string out(line);
  return strip_markup(line, out) ? out : std::string(line);
}

std::string row(std::string_view line) {
  std::string out;
  return read_row(line, out) ? out : "none";
}

Lines mended(const Lines& lines) {
  Lines out;
  Mender mender([&out](std::string_view line, std::uint64_t) { out.emplace_back(line); });
  std::uint64_t number = 0;
  for (const auto& line : lines) mender.add(line, ++number);
  mender.finish();
  return out;
}

TEST(Plain, DecodesEntitiesOnceOrTwice) {
  EXPECT_EQ(plain("192.0.2.1[500]&lt;=&gt;198.51.100.7[500]"), "192.0.2.1[500]<=>198.51.100.7[500]");
  EXPECT_EQ(plain("192.0.2.1-&amp;gt;198.51.100.7"), "192.0.2.1->198.51.100.7");
  EXPECT_EQ(plain("couldn&#39;t &quot;x&quot; &#x27;y&#x27; &rsquo;z&nbsp;a &#8217; &amp;"), "couldn't \"x\" 'y' 'z a ' &");
  EXPECT_EQ(plain("R&D & A&B; &unknown; &#0; &#99999999;"), "R&D & A&B; &unknown; &#0; &#99999999;");
}

TEST(Plain, CarriesOutWhatATerminalWould) {
  EXPECT_EQ(plain("\x1b[1;32mgreen\x1b[0m \x1b]0;title\x07text\x1b[K"), "green text");
  EXPECT_EQ(plain(" --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\bNov 22"), "Nov 22");
  EXPECT_EQ(plain("E\bER\bR"), "ER");
  EXPECT_EQ(plain("^[[32mgreen^[[0m and [1;33mbare[0m"), "green and bare");
  EXPECT_EQ(plain("\b\bno more than there is\x01\x02"), "no more than there is");
  EXPECT_EQ(plain("198.51.100.7[500] m [4500]m"), "198.51.100.7[500] m [4500]m");
}

TEST(Plain, MakesAsciiOfTypography) {
  EXPECT_EQ(plain("couldn\u2019t \u201Cx\u201D \u2013 \u2014\u2026"), "couldn't \"x\" - -...");
  EXPECT_EQ(plain("192.0.2.1\u2192198.51.100.7 a\u21D4b \u00A0\u200B\uFEFF\u00ADc"), "192.0.2.1->198.51.100.7 a<=>b  c");
  EXPECT_EQ(plain("couldn\u00B4t couldn`t `quoted`"), "couldn't couldn't `quoted`");
  EXPECT_EQ(plain("couldn\x92t \x96 \xA0x"), "couldn't -  x");
  EXPECT_EQ(plain("couldn\xC3\xA2\xE2\x82\xAC\xE2\x84\xA2t"), "couldn't") << "read in the wrong encoding and stored again";
  EXPECT_EQ(plain("\uFF29\uFF2E\uFF26\uFF2F\uFF1A"), "INFO:");
}

TEST(Plain, LeavesOtherCharactersAndBrokenBytes) {
  for (const std::string line : {"M\u00FCller \u65E5\u672C", "\xC3", "\xF0\x9F", "\xFF\xFE", "C:\\Users\\x"})
    EXPECT_EQ(plain(line), line);
  std::string out = "untouched";
  EXPECT_FALSE(make_plain("Nov 22 10:00:00 gw1 racoon: INFO: x [500]", out));
  EXPECT_EQ(out, "untouched");
}

TEST(Plain, DropsTheBackslashesOfMarkdown) {
  EXPECT_EQ(plain("192.0.2.1\\[500\\]\\<=\\>x \\_ C:\\Users"), "192.0.2.1[500]<=>x _ C:\\Users");
}

TEST(Markup, IsTakenOff) {
  EXPECT_EQ(stripped("a<br />b</p><span class=\"x\">c</span>"), "a\nb\nc");
  EXPECT_EQ(stripped("[code]a[/code] [QUOTE=bob;12]b [b]ERROR:[/b] c"), "\na\n \nb ERROR: c");
  EXPECT_EQ(stripped("**ERROR:** x **two words** y"), "ERROR: x two words y");
  EXPECT_EQ(stripped("**%CRYPTO-4-IKMP_NO_SA: x**"), "%CRYPTO-4-IKMP_NO_SA: x");
  EXPECT_EQ(stripped("`a line`"), "a line");
  EXPECT_EQ(stripped("```text"), "");
  EXPECT_EQ(stripped("{noformat}"), "");
  EXPECT_EQ(stripped(" --More-- Nov 22"), "  Nov 22");
  EXPECT_EQ(stripped("<--- More --->"), "");
}

TEST(Markup, IsNotSeenInWhatLogsHold) {
  for (const char* line : {"<peer-ip>[500]", "192.0.2.1[500]<=>198.51.100.7[500]", "[removed]", "**.**.**.**", "198.51.**.**",
                           "<30>Nov 22", "a < b > c", "[198.51.100.7] ERROR: x", "*Nov 22 10:00:00.1: ISAKMP:(0): x",
                           "[IKEv1]: Group = x", "2 ** 3 ** 4", "(key eng. msg)", "<b"}) {
    EXPECT_EQ(stripped(line), line);
  }
}

TEST(Lead, IsTakenOffInFrontOfAMessage) {
  const std::string message = "Nov 22 10:00:00 gw1 racoon: INFO: x";
  for (const char* lead : {"12:", "/var/log/syslog.1:", "racoon.log:12:", "vpn-racoon-1  | ", "[pod/vpn-6c9f7/racoon] ",
                           "root@gw1:~# ", "router1#", "gw(config)# ", "7|", "     7\t", "   7 ", "messages:", "messages:12:"}) {
    EXPECT_EQ(without_lead(lead + message), message) << lead;
  }
}

TEST(Lead, IsNotSeenInMessages) {
  for (const char* line :
       {"000012: Nov 22 10:00:00.1: %SYS-5-CONFIG_I: x", "2026-11-22 10:00:00: INFO: x", "00:27:07: %SYS-5-CONFIG_I: x",
        "router1#ping 192.0.2.1", "10:00:00 ipsec,error x", "oakley.c:12:oakley_x(): y", "12: hello",
        "22-Nov-2026 10:00:00 gw1 racoon: INFO: x", "22/Nov/2026:10:00:00 gw1 racoon: INFO: x", "racoon: INFO: x"}) {
    EXPECT_EQ(without_lead(line), line);
  }
}

TEST(Row, OfJsonBecomesALine) {
  EXPECT_EQ(row(R"({"_raw":"Nov 22 10:00:00 gw1 racoon: INFO: x","host":"y","_time":"2026-11-22T10:00:00Z"})"),
            "Nov 22 10:00:00 gw1 racoon: INFO: x");
  EXPECT_EQ(row(R"({"preview":false,"result":{"_raw":"Nov 22 10:00:00 gw1 racoon: x y"}})"), "Nov 22 10:00:00 gw1 racoon: x y");
  EXPECT_EQ(row(R"({"version":"1.1","host":"gw1","short_message":"racoon: INFO: x","timestamp":1795341608.25})"),
            "1795341608.25 gw1 racoon: INFO: x");
  EXPECT_EQ(
      row(R"({"@timestamp":"2026-11-22T10:00:00.1Z","host":{"name":"gw1"},"process":{"name":"racoon"},"message":"INFO: x"})"),
      "2026-11-22T10:00:00.1Z gw1 racoon: INFO: x");
  EXPECT_EQ(row(R"({"log":"2026-11-22 10:00:00: INFO: x\n","stream":"stdout","time":"2026-11-22T10:00:00.1Z"})"),
            "2026-11-22 10:00:00: INFO: x");
  EXPECT_EQ(row(R"( ,{"timestamp":1795341608250,"source":"gw1","message":"racoon: INFO: x"}])"),
            "1795341608.250 gw1 racoon: INFO: x");
  EXPECT_EQ(row(R"({"PROGRAM":"racoon","MESSAGE":"INFO: x","HOST":"gw1","DATE":"Nov 22 10:00:00"})"),
            "Nov 22 10:00:00 gw1 racoon: INFO: x");
}

TEST(Row, OfCsvBecomesALine) {
  EXPECT_EQ(row(R"("Nov 22 10:00:00 gw1 racoon: INFO: ""x""")"), "Nov 22 10:00:00 gw1 racoon: INFO: \"x\"");
  EXPECT_EQ(row(R"("Nov 22 10:00:00","gw1","racoon","INFO: begin Identity Protection mode.")"),
            "Nov 22 10:00:00 gw1 racoon: INFO: begin Identity Protection mode.");
  EXPECT_EQ(row(R"(2026-11-22T10:00:00Z,gw1,info,"racoon: INFO: begin, x")"), "2026-11-22T10:00:00Z gw1 racoon: INFO: begin, x");
}

TEST(Row, IsNotSeenInOtherLines) {
  for (const std::string line : {"{", "{}", "{\"a\":", "{\"a\":1}", "\"time\",\"message\"", "\"just quoted", "[", "]",
                                 "say \"hi\"", R"("link1" #1: initiating)"}) {
    EXPECT_EQ(row(line), "none") << line;
  }
  EXPECT_EQ(row("{\"message\":" + std::string(100'000, '[')), "none") << "deep, and no end";
}

TEST(Mender, MakesNoLineOfABreakAtTheEnd) {
  std::uint64_t parted = 0;
  const auto lines_of = [&](const std::string& line) {
    Lines out;
    Mender mender([&out](std::string_view piece, std::uint64_t) { out.emplace_back(piece); });
    mender.add(line, 1);
    parted = mender.parted();
    return out;
  };
  EXPECT_THAT(lines_of("racoon: INFO: a<br>"), ElementsAre("racoon: INFO: a"));
  EXPECT_EQ(parted, 0U);
  EXPECT_THAT(lines_of("racoon: INFO: a<br>racoon: INFO: b<br>"), ElementsAre("racoon: INFO: a", "racoon: INFO: b"));
  EXPECT_EQ(parted, 1U);
  EXPECT_THAT(lines_of("racoon: INFO: a\u2028\u0085 "), ElementsAre("racoon: INFO: a"));
  EXPECT_EQ(parted, 0U);
  EXPECT_THAT(lines_of("<br>"), ElementsAre(""));
  EXPECT_EQ(parted, 0U);
}

TEST(Mender, PartsWhatMarkupJoined) {
  EXPECT_THAT(mended({"<p>Nov 22 10:00:00 gw1 racoon: INFO: a<br>Nov 22 10:00:01 gw1 racoon: INFO: b</p>"}),
              ElementsAre("Nov 22 10:00:00 gw1 racoon: INFO: a", "Nov 22 10:00:01 gw1 racoon: INFO: b"));
  EXPECT_THAT(mended({"a", "", "b"}), ElementsAre("a", "", "b"));
  EXPECT_THAT(mended({"a<br />", "b<br />"}), ElementsAre("a", "b")) << "nothing stands between them";
}

TEST(Mender, PutsTheFieldsOfAnEntryTogether) {
  EXPECT_THAT(mended({"Sun 2026-11-22 10:00:00.123456 UTC [s=1f;i=2a;b=3c;m=4d;t=5e;x=6f]", "    _HOSTNAME=gw1", "    PRIORITY=6",
                      "    SYSLOG_IDENTIFIER=racoon", "    _PID=221", "    MESSAGE=INFO: x=y",
                      "Sun 2026-11-22 10:00:01.123456 UTC [s=1f;i=2b;b=3c;m=4d;t=5e;x=6f]", "    MESSAGE=no name"}),
              ElementsAre("Sun 2026-11-22 10:00:00.123456 UTC gw1 racoon[221]: INFO: x=y",
                          "Sun 2026-11-22 10:00:01.123456 UTC - -: no name"));
}

TEST(Mender, PutsLogcatsHeadInFrontOfItsMessage) {
  EXPECT_THAT(mended({"[ 11-22 10:00:00.123  221: 222 I/racoon   ]", "text of it", "",
                      "[ 11-22 10:00:01.123  221: 222 E/racoon   ]", "more"}),
              ElementsAre("11-22 10:00:00.123  221  222 I/racoon: text of it", "11-22 10:00:01.123  221  222 E/racoon: more"));
}

TEST(Mender, StaysInsideOfHostileLines) {
  const Lines pieces{"&#", "&amp;amp;", "\x1b[",  "\x1b]",    "^[[",          "[",        "<a href=", "**",
                     "`",  "\\",        "\b",     "\xE2\x80", "{\"",          "\",\"",    "> ",       "12:",
                     "]",  "R#",        "[code=", "--More--", "\xF0\x9F\x98", "MESSAGE=", "    A="};
  for (const auto& first : pieces) {
    for (const auto& second : pieces) {
      std::string line;
      for (int i = 0; i < 40; ++i) line += first + second;
      for (const auto& mended_line : mended({line, second + line})) EXPECT_LT(mended_line.size(), 4 * line.size() + 64);
    }
  }
}

}  // namespace
}  // namespace ikewatch::reader
