// Any bytes as lines, tags, programs and packs: no crash, no endless work, nothing outside the line. Runs under the sanitizers
// too.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <random>

#include "pack_builder.hpp"

namespace {
std::size_t allocations = 0;  // of the whole test program; one thread
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
// Once it has inlined operator new, GCC 12 no longer sees that both of the pair are ours.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#pragma GCC diagnostic pop

namespace ikewatch::rules {
namespace {

std::shared_ptr<const RuleSet> greedy_rules() {
  return rules_of({{"racoon.yaml", std::string(racoon_head) + rule("racoon.a", "{a:text} {b:text} {c:text} {d:text} end") +
                                       rule("racoon.b", "{a:word}:{b:word}:{c:word} end") +
                                       rule("racoon.c", "{a:cookies} {b:endpoint} {c:spi} {d:x509_error} {e:rest}") +
                                       rule("racoon.d", "{a:address}-{b:hex}-{c:number}-{d:notify}{e:rest}")},
                   {"ios.yaml", std::string(ios_head) + rule("cisco-ios.a", "{a:text}, {b:text}, {c:text}!")},
                   {"asa.yaml", std::string(asa_head) + rule("cisco-asa.a", "{a:text}, {b:text}, {c:text}!")}});
}

bool inside(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

Standing check(const RuleSet& rules, const syslog::Record& record) {
  Event event;
  const auto standing = rules.match(record, {.headless = true}, event).standing;
  if (standing != Standing::matched) return standing;
  for (const Field& field : event.all_fields()) {
    const bool decoded = field.text.size() < 64 && !inside(field.text, record.text);
    EXPECT_TRUE(inside(field.text, record.text) || decoded);
  }
  return standing;
}

TEST(HostileLine, OfRandomPiecesIsReadSafely) {
  const auto rules = greedy_rules();
  constexpr std::string_view pieces[]{
      " ",    ":",  ".",      "[",     "]",      "(",  ")",       "%",     "192.0.2.1",        "2001:db8::1", "::",    "0x",
      "<",    ">",  "ISAKMP", "IKEv2", "[IKEv1", "=",  "Group =", "IP =",  "ERROR: ",          "x.x.x.x",     "-",     "end",
      "\xff", "\t", "\n",     ",",     "a.c:1:", "()", "12",      "fffff", "0000000000000000", "!",           "racoon"};
  std::mt19937 random(20261122);
  for (int round = 0; round < 20000; ++round) {
    std::string line;
    for (auto length = random() % 24; length > 0; --length) line += pieces[random() % std::size(pieces)];
    check(*rules, of_program("racoon", line));
    check(*rules, bare(line));
    check(*rules, of_tag(line, line));
    check(*rules, of_tag("ASA-4-713119", line));
  }
}

TEST(HostileLine, OfTheLongestKindFindsAnEnd) {
  const auto rules = greedy_rules();
  for (const char* unit : {" ", "a ", ": ", ", ", "a:", "192.0.2.1 ", "< ", "IP ="}) {
    std::string line;
    while (line.size() < 64 * 1024) line += unit;
    EXPECT_EQ(check(*rules, of_program("racoon", line)), Standing::unmatched) << unit;
    EXPECT_EQ(check(*rules, bare(line)), Standing::other) << unit;
    EXPECT_EQ(check(*rules, of_tag("ASA-4-713119", line)), Standing::unmatched) << unit;
  }
}

TEST(Match, AllocatesNothing) {
  const auto rules = greedy_rules();
  const std::string line = "ERROR: one two three four end";
  const auto records = {of_program("racoon", line), bare("ISAKMP:(1001): a, b, c!"),
                        of_tag("ASA-4-713119", "Group = G, IP = 192.0.2.1, x"), bare("prose: it is")};
  Event event;
  const auto before = allocations;
  for (const auto& record : records) static_cast<void>(rules->match(record, {.headless = true}, event));
  EXPECT_EQ(allocations, before);
}

TEST(HostilePack, OfMangledTextIsReportedNotObeyed) {
  const std::string good = std::string(racoon_head) +
                           rule("racoon.a", "x {a:word} y", ", cause: {by: a, b: replay}, examples: [{line: x, fields: {a: b}}]");
  std::mt19937 random(4711);
  for (int round = 0; round < 2000; ++round) {
    std::string text = good;
    for (int i = 0; i < 3; ++i) text[random() % text.size()] = static_cast<char>(random() % 256);
    const auto compiled = compile(text);
    EXPECT_EQ(compiled.rules == nullptr, !compiled.problems.empty());
  }
}

}  // namespace
}  // namespace ikewatch::rules
