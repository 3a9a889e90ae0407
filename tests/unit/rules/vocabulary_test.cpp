#include <gtest/gtest.h>
#include <ikewatch/rules/event.hpp>

namespace ikewatch::rules {
namespace {

TEST(Vocabulary, NamesEveryEventAndReadsItBack) {
  ASSERT_EQ(event_names().size(), event_kinds);
  for (std::size_t i = 0; i < event_kinds; ++i) {
    const auto kind = static_cast<EventKind>(i);
    EXPECT_EQ(event_named(name_of(kind)), kind) << i;
  }
}

TEST(Vocabulary, NamesEveryCauseAndReadsItBack) {
  for (std::size_t i = 0; i < causes; ++i) {
    const auto cause = static_cast<Cause>(i);
    EXPECT_EQ(cause_named(name_of(cause)), cause) << i;
  }
}

TEST(Vocabulary, DoesNotOfferNoneAmongTheCauses) {
  EXPECT_EQ(cause_names().size(), causes - 1);
  EXPECT_EQ(cause_names().front(), "psk_missing");
  EXPECT_EQ(cause_names().back(), "operator_action");
}

TEST(Vocabulary, PutsNamesAtTheirPlaces) {
  EXPECT_EQ(name_of(EventKind::phase2_deleted), "phase2_deleted");
  EXPECT_EQ(name_of(EventKind::traffic_dropped), "traffic_dropped");
  EXPECT_EQ(name_of(EventKind::log_gap), "log_gap");
  EXPECT_EQ(name_of(Cause::anti_spoof_firewall), "anti_spoof_firewall");
  EXPECT_EQ(name_of(Side::path), "path");
  EXPECT_EQ(name_of(Confidence::likely), "likely");
}

TEST(Vocabulary, RefusesOtherWords) {
  EXPECT_FALSE(event_named("phase3_up"));
  EXPECT_FALSE(cause_named("PSK_MISSING"));
  EXPECT_FALSE(side_named(""));
  EXPECT_FALSE(confidence_named("sure"));
}

TEST(Event, GivesAFieldByItsIdAndEmptyTextForOthers) {
  Event event;
  event.fields[0] = {FieldId::peer, "192.0.2.1"};
  event.field_count = 1;
  EXPECT_EQ(event.field(FieldId::peer), "192.0.2.1");
  EXPECT_EQ(event.field(FieldId::spi), "");
}

}  // namespace
}  // namespace ikewatch::rules
