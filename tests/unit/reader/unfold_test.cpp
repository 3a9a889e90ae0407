#include "unfold.hpp"

#include "glue.hpp"
#include "mender.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace ikewatch::reader {
namespace {

using testing::ElementsAre;
using Lines = std::vector<std::string>;

Habit habit_of(const Lines& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return reader::habit_of(text, true);
}

Lines unfolded(const Lines& lines, std::size_t limit = 65536) {
  Lines out;
  Unfolder unfolder(habit_of(lines), limit, [&out](std::string_view text, std::uint64_t) { out.emplace_back(text); });
  Mender mender([&unfolder](std::string_view line, std::uint64_t number) { unfolder.add(line, number); });
  std::uint64_t number = 0;
  for (const auto& line : lines) mender.add(line, ++number);
  mender.finish();
  unfolder.finish();
  return out;
}

struct Case {
  const char* name;
  Lines in;
  Lines out;
};

void PrintTo(const Case& example, std::ostream* out) { *out << example.name; }

class Unfolding : public testing::TestWithParam<Case> {};

TEST_P(Unfolding, GivesTheLinesThatWereLogged) { EXPECT_EQ(unfolded(GetParam().in), GetParam().out); }

const std::string established = "Nov 22 10:00:01 gw1 racoon: INFO: ISAKMP-SA";
const std::string expired = "Nov 22 10:00:01 gw1 racoon: INFO: pfkey.c:1367:pk_recvexpire(): IPsec-SA";

INSTANTIATE_TEST_SUITE_P(
    Table, Unfolding,
    testing::Values(
        Case{"WrappedByAMailer",
             {expired, "expired: ESP/Tunnel 192.0.2.1->198.51.100.7 spi=187337237(0xb2a8a15)",
              "Nov 22 10:00:02 gw1 racoon: ERROR: unknown"},
             {expired + " expired: ESP/Tunnel 192.0.2.1->198.51.100.7 spi=187337237(0xb2a8a15)",
              "Nov 22 10:00:02 gw1 racoon: ERROR: unknown"}},
        Case{"PayloadsOnALineOfTheirOwn",
             {"Payload contents: ", " VID IDr AUTH NOTIFY(NO_PROPOSAL_CHOSEN) ", "IKEv2:(SESSION ID = 31,SA ID = 1):Deleting SA"},
             {"Payload contents: VID IDr AUTH NOTIFY(NO_PROPOSAL_CHOSEN) ", "IKEv2:(SESSION ID = 31,SA ID = 1):Deleting SA"}},
        Case{"WrappedTwice",
             {expired, "established: IPCOMP/Tunnel 192.0.2.1->198.51.100.7", "spi=187337237(0xb2a8a15)"},
             {expired + " established: IPCOMP/Tunnel 192.0.2.1->198.51.100.7 spi=187337237(0xb2a8a15)"}},
        Case{"IndentedWithATab",
             {"INFO: isakmp.c:797:isakmp_ph1begin_i(): initiate new phase 1", "\tnegotiation: 192.0.2.1[500]<=>198.51.100.7[500]",
              "INFO: isakmp.c:802:isakmp_ph1begin_i(): begin Identity Protection mode."},
             {"INFO: isakmp.c:797:isakmp_ph1begin_i(): initiate new phase 1 negotiation: 192.0.2.1[500]<=>198.51.100.7[500]",
              "INFO: isakmp.c:802:isakmp_ph1begin_i(): begin Identity Protection mode."}},
        Case{"CiscoDebugOverSeveralLines",
             {"IPSEC(validate_proposal_request): proposal part #1,", "  (key eng. msg) INBOUND local= 192.0.2.1:0,",
              "    remote_proxy= 10.1.0.0/255.255.0.0/256/0", "    spi= 0x0(0), conn_id= 0",
              "IPSEC(key_engine): got a queue event"},
             {"IPSEC(validate_proposal_request): proposal part #1, (key eng. msg) INBOUND local= 192.0.2.1:0, "
              "remote_proxy= 10.1.0.0/255.255.0.0/256/0 spi= 0x0(0), conn_id= 0",
              "IPSEC(key_engine): got a queue event"}},
        Case{"AllIndentedAlike",
             {"    Nov 22 10:00:01 gw1 racoon: INFO: a", "    something else", "    Nov 22 10:00:01 gw1 racoon: INFO: b"},
             {"    Nov 22 10:00:01 gw1 racoon: INFO: a", "    something else", "    Nov 22 10:00:01 gw1 racoon: INFO: b"}},
        Case{"BrokenBehindAComma",
             {"Nov 22 10:00:01.100: %CRYPTO-4-RECVD_PKT_INV_SPI: decaps: rec'd IPSEC packet has invalid spi for "
              "destaddr=192.0.2.1, ",
              "prot=50, spi=0x9E6D41B7(2657960375), srcaddr=198.51.100.7"},
             {"Nov 22 10:00:01.100: %CRYPTO-4-RECVD_PKT_INV_SPI: decaps: rec'd IPSEC packet has invalid spi for "
              "destaddr=192.0.2.1, "
              "prot=50, spi=0x9E6D41B7(2657960375), srcaddr=198.51.100.7"}},
        Case{"Quoted",
             {"> Nov 22 10:00:01 gw1 racoon: ERROR: couldn't find the pskey for", "> 198.51.100.7.",
              ">> Nov 22 10:00:02 gw1 racoon: INFO: b"},
             {"Nov 22 10:00:01 gw1 racoon: ERROR: couldn't find the pskey for 198.51.100.7.",
              "Nov 22 10:00:02 gw1 racoon: INFO: b"}},
        Case{"Bulleted",
             {"- Nov 22 10:00:01 gw1 racoon: INFO: a", "* Nov 22 10:00:02 gw1 racoon: INFO: b",
              "3. Nov 22 10:00:03 gw1 racoon: INFO: c"},
             {"Nov 22 10:00:01 gw1 racoon: INFO: a", "Nov 22 10:00:02 gw1 racoon: INFO: b",
              "Nov 22 10:00:03 gw1 racoon: INFO: c"}},
        Case{"NotAShortLine",
             {established, "Foreground mode.", "Nov 22 10:00:02 gw1 racoon: INFO: b"},
             {established, "Foreground mode.", "Nov 22 10:00:02 gw1 racoon: INFO: b"}},
        Case{
            "NotWhereTheNextWordWouldHaveFitted",
            {"Nov 22 10:00:01 gw1 racoon: ERROR: some message of sixty bytes", "is short", "Nov 22 10:00:02 gw1 racoon: INFO: b"},
            {"Nov 22 10:00:01 gw1 racoon: ERROR: some message of sixty bytes", "is short",
             "Nov 22 10:00:02 gw1 racoon: INFO: b"}},
        Case{"NotPromptsAndPings",
             {"Nov 22 10:00:01.100: %CRYPTO-5-SESSION_STATUS: Crypto tunnel is DOWN.  Peer 1", "router1#ping 198.51.100.7",
              "!!!!!"},
             {"Nov 22 10:00:01.100: %CRYPTO-5-SESSION_STATUS: Crypto tunnel is DOWN.  Peer 1", "router1#ping 198.51.100.7",
              "!!!!!"}},
        Case{"NotAcrossAnEmptyLine", {expired, "", "expired: ESP/Tunnel"}, {expired, "", "expired: ESP/Tunnel"}},
        Case{"NotMessagesOfOtherProgramsWithoutStamps",
             {"INFO: isakmp.c:941:isakmp_ph2begin_i(): initiate new phase 2 negotiation: x",
              "modprobe: FATAL: Module lzs not found."},
             {"INFO: isakmp.c:941:isakmp_ph2begin_i(): initiate new phase 2 negotiation: x",
              "modprobe: FATAL: Module lzs not found."}},
        Case{"NotWhereLinesAreLongerThanWrapping",
             {expired, "show crypto isakmp sa", "Nov 22 10:00:01 gw1 racoon: INFO: " + std::string(80, 'x'),
              "Nov 22 10:00:01 gw1 racoon: INFO: " + std::string(80, 'y')},
             {expired, "show crypto isakmp sa", "Nov 22 10:00:01 gw1 racoon: INFO: " + std::string(80, 'x'),
              "Nov 22 10:00:01 gw1 racoon: INFO: " + std::string(80, 'y')}},
        Case{"FoldedAtAColumnInsideWords",
             {"Nov 22 10:00:01 gw1 racoon: INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500",
              "]->198.51.100.7[500] spi=1(0x1)",
              "Nov 22 10:00:02 gw1 racoon: INFO: ISAKMP-SA established 192.0.2.1[500]-198.51.10", "0.7[500] spi:a:b",
              "Nov 22 10:00:03 gw1 racoon: INFO: b"},
             {"Nov 22 10:00:01 gw1 racoon: INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]->198.51.100.7[500] spi=1(0x1)",
              "Nov 22 10:00:02 gw1 racoon: INFO: ISAKMP-SA established 192.0.2.1[500]-198.51.100.7[500] spi:a:b",
              "Nov 22 10:00:03 gw1 racoon: INFO: b"}},
        Case{"FoldedAtAColumnWithTheBlankLost",
             {"Nov 22 10:00:01 gw1 racoon: INFO: initiate new phase 1", "negotiation: 192.0.2.1[500]<=>198.51.100.7[500]",
              "Nov 22 10:00:02 gw1 racoon: INFO: ISAKMP-SA established", " 192.0.2.1[500]-198.51.100.7[500] spi:a:b",
              "Nov 22 10:00:03 gw1 racoon: INFO: initiate new phase 2 n", "egotiation: 192.0.2.1[500]<=>198.51.100.7[500]",
              "Nov 22 10:00:04 gw1 racoon: INFO: respond new phase 2 ne", "gotiation: 192.0.2.1[500]<=>198.51.100.7[500]"},
             {"Nov 22 10:00:01 gw1 racoon: INFO: initiate new phase 1 negotiation: 192.0.2.1[500]<=>198.51.100.7[500]",
              "Nov 22 10:00:02 gw1 racoon: INFO: ISAKMP-SA established 192.0.2.1[500]-198.51.100.7[500] spi:a:b",
              "Nov 22 10:00:03 gw1 racoon: INFO: initiate new phase 2 negotiation: 192.0.2.1[500]<=>198.51.100.7[500]",
              "Nov 22 10:00:04 gw1 racoon: INFO: respond new phase 2 negotiation: 192.0.2.1[500]<=>198.51.100.7[500]"}},
        Case{"FoldedByATerminalOnce",
             {"Nov 22 10:00:01 gw1 racoon: INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500",
              "]->198.51.100.7[500] spi=1(0x1)"},
             {"Nov 22 10:00:01 gw1 racoon: INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]->198.51.100.7[500] spi=1(0x1)"}},
        Case{"NotAFullRowBeforeAPrompt",
             {"Nov 22 10:00:01 gw1 racoon: INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500",
              "]->198.51.100.7[500] spi=1(0x1)",
              "Nov 22 10:00:01 gw1 racoon: INFO: a message whose text fills the row to its end.", "gw1#show crypto isakmp sa"},
             {"Nov 22 10:00:01 gw1 racoon: INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]->198.51.100.7[500] spi=1(0x1)",
              "Nov 22 10:00:01 gw1 racoon: INFO: a message whose text fills the row to its end.", "gw1#show crypto isakmp sa"}},
        Case{"OneMessageAgainAndAgain",
             {"Nov 22 10:00:01.000: %CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from", "198.51.100.7  failed its sanity check",
              "Nov 22 10:00:11.000: %CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from", "198.51.100.70  failed its sanity check"},
             {"Nov 22 10:00:01.000: %CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 198.51.100.7  failed its sanity check",
              "Nov 22 10:00:11.000: %CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 198.51.100.70  failed its sanity check"}},
        Case{"TwiceAtOneWidthByAMailer",
             {"Nov 22 10:00:01 gw racoon[812]: INFO: initiate new phase 1 negotiation:", "192.0.2.1[500]<=>198.51.100.7[500]",
              "Nov 22 10:00:51 gw racoon[812]: ERROR: phase1 negotiation failed due to",
              "time up. 1a2b3c4d5e6f7081:0000000000000000"},
             {"Nov 22 10:00:01 gw racoon[812]: INFO: initiate new phase 1 negotiation: 192.0.2.1[500]<=>198.51.100.7[500]",
              "Nov 22 10:00:51 gw racoon[812]: ERROR: phase1 negotiation failed due to time up. "
              "1a2b3c4d5e6f7081:0000000000000000"}},
        Case{"BehindItsHeader",
             {"2026-11-22T10:00:00.064245+00:00 ip-192-0-2-18 racoon: [198.51.100.7]", "INFO: DPD: remote seems to be dead.",
              "2026-11-22T10:00:00.064354+00:00 ip-192-0-2-18 racoon: INFO: purging"},
             {"2026-11-22T10:00:00.064245+00:00 ip-192-0-2-18 racoon: [198.51.100.7] INFO: DPD: remote seems to be dead.",
              "2026-11-22T10:00:00.064354+00:00 ip-192-0-2-18 racoon: INFO: purging"}},
        Case{
            "FoldedWithinAnArrow",
            {"Nov 22 10:00:01 gw racoon: INFO: IPsec-SA established: AH/Tunnel 192.0.2.1[500]-", ">198.51.100.7[4500] spi=1(0x1)",
             "Nov 22 10:00:01 gw racoon: INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]",
             "->198.51.100.7[500] spi=2(0x2)"},
            {"Nov 22 10:00:01 gw racoon: INFO: IPsec-SA established: AH/Tunnel 192.0.2.1[500]->198.51.100.7[4500] spi=1(0x1)",
             "Nov 22 10:00:01 gw racoon: INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]->198.51.100.7[500] spi=2(0x2)"}},
        Case{"ShellPromptsAreNoMessage",
             {"[root@gw1 ~]# grep racoon /var/log/messages",
              "racoon: ERROR: phase1 negotiation failed due to time up. 0123456789abcdef:0000000000000000", "[root@gw1 ~]#"},
             {"[root@gw1 ~]# grep racoon /var/log/messages",
              "racoon: ERROR: phase1 negotiation failed due to time up. 0123456789abcdef:0000000000000000", "[root@gw1 ~]#"}},
        Case{"Nothing", {}, {}}),
    [](const auto& example) { return std::string(example.param.name); });

TEST(Unfolder, GivesTheNumberOfTheFirstPhysicalLine) {
  std::vector<std::uint64_t> numbers;
  Unfolder unfolder({}, 65536, [&numbers](std::string_view, std::uint64_t number) { numbers.push_back(number); });
  unfolder.add("Nov 22 10:00:00 gw1 racoon: INFO: a", 7);
  unfolder.add("  more", 8);
  unfolder.add("Nov 22 10:00:00 gw1 racoon: INFO: b", 9);
  unfolder.finish();
  EXPECT_THAT(numbers, ElementsAre(7u, 9u));
  EXPECT_EQ(unfolder.joined(), 1u);
}

TEST(Unfolder, BoundsAJoinedLine) {
  Lines lines{"Nov 22 10:00:00 gw1 racoon: INFO: a"};
  for (int i = 0; i < 100; ++i) lines.emplace_back("  more of it");
  EXPECT_EQ(unfolded(lines).size(), 86u) << "at most 16 pieces";
  EXPECT_EQ(unfolded(lines, 60).front(), "Nov 22 10:00:00 gw1 racoon: INFO: a more of it more of it") << "at most the limit";
}

TEST(Habit, FindsAWellFormedLogClean) {
  Lines lines(300, "Nov 22 10:00:00 gw1 racoon: INFO: begin Identity Protection mode.");
  EXPECT_TRUE(habit_of(lines).clean);
  lines.emplace_back("-- one line without a header among three hundred");
  EXPECT_TRUE(habit_of(lines).clean);
  lines.resize(10);
  lines.emplace_back("but one of ten");
  EXPECT_FALSE(habit_of(lines).clean);
}

TEST(Habit, SeesThePromptsOfAPager) {
  Lines lines(60, "Nov 22 10:00:00 gw1 racoon: INFO: begin Identity Protection mode.");
  lines[20] = lines[40] = " --More-- ";
  EXPECT_FALSE(habit_of(lines).clean);
}

TEST(Habit, IgnoresALastLineThatTheHeadCutsOff) {
  const std::string head = "Nov 22 10:00:00 gw1 racoon: INFO: a\nNo";
  EXPECT_TRUE(reader::habit_of(head, false).clean);
  EXPECT_FALSE(reader::habit_of(head, true).clean);
}

TEST(Marks, LeaveLinesAloneThatOnlyLookMarked) {
  EXPECT_EQ(without_marks("*Nov 22 10:00:00.123: %CRYPTO-6-X: text"), "*Nov 22 10:00:00.123: %CRYPTO-6-X: text");
  EXPECT_EQ(without_marks("- a remark"), "- a remark");
  EXPECT_EQ(without_marks("12. of May"), "12. of May");
  EXPECT_EQ(without_marks("<30>Nov 22 10:00:00 racoon: INFO: a"), "<30>Nov 22 10:00:00 racoon: INFO: a");
  EXPECT_EQ(without_marks("> > >text"), "text");
  EXPECT_EQ(without_marks(">   indented"), "  indented");
  EXPECT_EQ(without_marks(">"), "");
}

const std::string asa_119 = "Nov 22 10:00:05 192.0.2.1 %ASA-3-713119: Group = g1, IP = 198.51.100.7, PHASE 1 COMPLETED";
const std::string asa_120 =
    "Nov 22 10:00:06 192.0.2.1 %ASA-5-713120: Group = g1, IP = 198.51.100.7, PHASE 2 COMPLETED (msgid=033c8971)";

TEST(Glue, IsPartedAtTheStamps) {
  EXPECT_THAT(unfolded({asa_119 + " " + asa_120 + " " + asa_119}), ElementsAre(asa_119 + " ", asa_120 + " ", asa_119));
}

TEST(Glue, IsPartedInLongLinesOfRacoon) {
  const std::string one = "2026-11-22 10:00:00: INFO: initiate new phase 1 negotiation: 192.0.2.1[500]<=>198.51.100.7[500]";
  const std::string two =
      "2026-11-22 10:00:31: [198.51.100.7] ERROR: phase1 negotiation failed due to time up. 376f9bb934bfc7e4:0";
  const auto line = one + " " + two;
  EXPECT_EQ(find_seam(line), one.size() + 1) << "the second level word makes it sure";
  EXPECT_EQ(find_seam(line + " " + one), one.size() + 1);
}

TEST(Glue, IsNotPartedAtALevelWordWithinAMessageOfCisco) {
  for (const char* line :
       {"Nov 22 2026 10:01:53 fw1 : %ASA-4-750003: Local:192.0.2.1:500 Remote:198.51.100.7:500 Username:Unknown IKEv2 Negotiation "
        "aborted due to ERROR: Failed to authenticate the IKE SA",
        "*Nov 22 10:10:54.198: %IKEV2-3-NEG_ABORT: Negotiation aborted due to ERROR: Auth exchange failed",
        "IKEv2-PROTO-2: (139): Negotiation aborted due to ERROR: Auth exchange failed"})
    EXPECT_EQ(find_seam(line), 0u) << line;
  EXPECT_NE(find_seam("racoon: INFO: begin Identity Protection mode. ERROR: phase1 negotiation failed due to send error."), 0u);
}

TEST(Glue, KeepsTheClockMarkWithItsStamp) {
  const std::string one = "*Nov 22 10:00:05.100: %CRYPTO-4-IKMP_NO_SA: IKE message from 198.51.100.7 has no SA";
  EXPECT_THAT(unfolded({one + " " + one}), ElementsAre(one + " ", one));
}

TEST(Glue, IsPartedWithoutBlanksBetween) {
  const std::string one = "2026-11-22 10:00:00: INFO: initiate new phase 1 negotiation: 192.0.2.1[500]<=>198.51.100.7[500]";
  const std::string two =
      "2026-11-22 10:00:31: [198.51.100.7] ERROR: phase1 negotiation failed due to time up. 376f9bb934bfc7e4:0";
  EXPECT_EQ(find_seam(one + "2026-11-22 10:00:00: INFO: begin Identity Protection mode." + two), one.size());
  EXPECT_EQ(find_seam("Foreground mode. " + one + " " + two), 17u);
}

TEST(Glue, IsPartedAtTheSecondProgramLevelTagOrOpener) {
  const auto parts = [](const std::string& first, const std::string& second) {
    EXPECT_EQ(find_seam(first + second), first.size()) << first << second;
    EXPECT_EQ(find_seam(first), 0u) << first;
  };
  parts("racoon: INFO: begin Identity Protection mode. ", "racoon: [198.51.100.7] ERROR: phase1 negotiation failed.");
  parts("INFO: begin Identity Protection mode. ", "[198.51.100.7] ERROR: phase1 negotiation failed.");
  parts("INFO: initiate new phase 1 negotiation: 192.0.2.1[500]<=>198.51.100.7[500] ", "INFO: begin Aggressive mode.");
  parts("%CRYPTO-6-ISAKMP_ON_OFF: ISAKMP is ON ", "%CRYPTO-4-IKMP_NO_SA: IKE message from 198.51.100.7 has no SA");
  parts("ISAKMP:(0):beginning Main Mode exchange ", "ISAKMP-ERROR: (0):No pre-shared key with 198.51.100.7!");
}

TEST(Glue, IsPartedAtTheSecondOfRacoonsSentences) {
  const std::string one = "respond new phase 1 (Identity Protection): 192.0.2.1[500]<=>198.51.100.7[500]";
  EXPECT_EQ(find_seam(one + "ISAKMP-SA established 192.0.2.1[500]-198.51.100.7[500] spi:a:b"), one.size());
  const std::string two = "respond new phase 1 (Identity Protection): 192.0.2.1[500]<=>x.x.x.x[500] ";
  EXPECT_EQ(find_seam(two + "x.x.x.x failed to get valid proposal."), two.size()) << "the address goes with the sentence";
}

TEST(Glue, LeavesWhatOnlyMentionsAnother) {
  for (const char* line :
       {"racoon: ERROR: %CRYPTO-4-IKMP_NO_SA: quoted by somebody",
        "Nov 22 10:00:00 gw1 racoon: INFO: begin Identity Protection mode.",
        "%IOSXE-3-PLATFORM: R0/0: cpp_cp: QFP:0.0 Thread:001 TS:00000000000000000001 %IPSEC-3-REPLAY_ERROR: text of it",
        "phase2 negotiation failed due to time up waiting for phase1.", "INFO: racoon", "ERROR: INFO: short"}) {
    EXPECT_EQ(find_seam(line), 0u) << line;
  }
}

TEST(Glue, LeavesARelaysStampWithTheDevicesOwn) {
  const std::string line =
      "Nov 22 10:00:05 192.0.2.1 118: *Nov 22 09:59:59.123: %CRYPTO-4-IKMP_NO_SA: IKE message from 198.51.100.7 " +
      std::string(200, 'x');
  EXPECT_EQ(find_seam(line), 0u);
}

TEST(Glue, LeavesDatesWithinAMessage) {
  const std::string line =
      "Nov 22 10:00:05 gw1 racoon: ERROR: the certificate is valid from Nov 22 10:00:05 2025 GMT to Nov 22 10:00:05 "
      "2026 GMT, " +
      std::string(200, 'x');
  EXPECT_EQ(find_seam(line), 0u);
}

TEST(Glue, TakesBoundedTimeOnStampsWithoutEnd) {
  std::string line;
  while (line.size() < 65536) line += "Nov 22 10:00:05 ";
  EXPECT_EQ(find_seam(line), 0u);
}

TEST(Glue, TakesBoundedTimeOnSignsWithoutEnd) {
  for (const std::string sign :
       {"INFO: ", "racoon: ", "racoon[", "[IKEv1", "%A-1-B: ", "x.x.x.x failed to process ", "ISAKMP: ("}) {
    std::string line;
    while (line.size() < 65536) line += sign;
    EXPECT_LE(find_seam(line), line.size()) << sign;
  }
}

TEST(Opening, TellsHowSureItIs) {
  EXPECT_EQ(opening_of("Nov 22 10:00:00 gw1 racoon: INFO: a"), Opening::stamped);
  EXPECT_EQ(opening_of("  %ASA-6-302013: x"), Opening::stamped);
  EXPECT_EQ(opening_of("<30>racoon: INFO: a"), Opening::stamped);
  EXPECT_EQ(opening_of("ERROR: phase1 negotiation failed due to time up."), Opening::spoken);
  EXPECT_EQ(opening_of("[198.51.100.7] ERROR: notification INVALID-ID-INFORMATION received"), Opening::spoken);
  EXPECT_EQ(opening_of("ISAKMP:(1001):purging node 1"), Opening::spoken);
  EXPECT_EQ(opening_of("Payload contents: "), Opening::spoken);
  EXPECT_EQ(opening_of("/USR/SBIN/CRON[1917]: (root) CMD (run-parts)"), Opening::spoken);
  EXPECT_EQ(opening_of("modprobe: FATAL: Module lzs not found."), Opening::named);
  EXPECT_EQ(opening_of("ISAKMP-SA established 192.0.2.1[500]-198.51.100.7[500]"), Opening::none);
  EXPECT_EQ(opening_of("established: ESP/Tunnel 192.0.2.1->198.51.100.7"), Opening::none);
  EXPECT_EQ(opening_of("198.51.100.7 give up to get IPsec-SA due to time up to wait."), Opening::none);
  EXPECT_EQ(opening_of("   "), Opening::none);
}

TEST(Opening, KnowsTagsFromPercentSigns) {
  EXPECT_TRUE(begins_with_tag("%ASA-6-302013: x"));
  EXPECT_TRUE(begins_with_tag("%CRYPTO-4-RECVD_PKT_INV_SPI: x"));
  EXPECT_TRUE(begins_with_tag("%ASA-vpn-4-402124: x"));
  EXPECT_FALSE(begins_with_tag("%"));
  EXPECT_FALSE(begins_with_tag("% Invalid input"));
  EXPECT_FALSE(begins_with_tag("%>CRYPTO-4-X"));
  EXPECT_FALSE(begins_with_tag("%CRYPTO-9-X: y"));
}

}  // namespace
}  // namespace ikewatch::reader
