// What is said of a failure whose peer no line names.
#include <ikewatch/engine/engine.hpp>

#include <gtest/gtest.h>

#include <support/event_builder.hpp>
#include <support/scenario.hpp>

#include <filesystem>

namespace ikewatch::engine {
namespace {

using rules::Cause;

std::string summary_of(Cause cause) {
  static const auto packs = test::read_packs(std::filesystem::path(IKEWATCH_SOURCE_DIR) / "config");
  Engine engine(packs.rules, packs.knowledge, Settings{});
  auto event = test::an_event(rules::EventKind::phase1_failed);
  event.because(cause, 60);
  engine.feed({"gw1", "the line", 1, {}, WallTime{}}, {rules::Standing::matched, 0}, event);
  engine.finish();
  const auto told = engine.unattributed();
  return told.empty() ? std::string{} : told.front().summary;
}

TEST(NamelessPeer, IsCalledThePeerAndNotByTheNameOfTheGateway) {
  EXPECT_TRUE(summary_of(Cause::psk_mismatch).starts_with("The pre-shared keys of gw1 and the peer differ"));
}

TEST(NamelessPeer, BeginsASentenceWithACapital) {
  EXPECT_TRUE(summary_of(Cause::peer_rejected).starts_with("The peer answers gw1 but refuses"));
}

}  // namespace
}  // namespace ikewatch::engine
