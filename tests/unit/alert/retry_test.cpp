#include <ikewatch/alert/retry.hpp>

#include <gtest/gtest.h>

#include <map>

namespace ikewatch::alert {
namespace {

using namespace std::chrono_literals;

struct Row {
  unsigned first;
  unsigned last;
  Fate fate;
  std::string_view reason;
};

/// The whole table, without a hole: the test below walks it.
constexpr Row table[] = {
    {0, 199, Fate::again, "protocol"},       {200, 299, Fate::delivered, ""},         {300, 399, Fate::later, "redirect"},
    {400, 400, Fate::rejected, "rejected"},  {401, 401, Fate::later, "unauthorized"}, {402, 402, Fate::rejected, "rejected"},
    {403, 403, Fate::later, "unauthorized"}, {404, 405, Fate::later, "not_found"},    {406, 406, Fate::rejected, "rejected"},
    {407, 407, Fate::later, "unauthorized"}, {408, 408, Fate::again, "busy"},         {409, 409, Fate::rejected, "rejected"},
    {410, 410, Fate::disabled, "gone"},      {411, 420, Fate::rejected, "rejected"},  {421, 421, Fate::later, "not_found"},
    {422, 422, Fate::rejected, "rejected"},  {423, 423, Fate::again, "busy"},         {424, 424, Fate::rejected, "rejected"},
    {425, 425, Fate::again, "busy"},         {426, 428, Fate::rejected, "rejected"},  {429, 429, Fate::again, "throttled"},
    {430, 499, Fate::rejected, "rejected"},  {500, 599, Fate::again, "server_error"}, {600, 1000, Fate::again, "protocol"},
};

TEST(RetryTable, HasARowForEveryStatus) {
  unsigned next = 0;
  for (const Row& row : table) {
    ASSERT_EQ(row.first, next);
    next = row.last + 1;
    for (unsigned status = row.first; status <= row.last; ++status) {
      EXPECT_EQ(ruling_for(status).fate, row.fate) << status;
      EXPECT_EQ(ruling_for(status).reason, row.reason) << status;
    }
  }
  EXPECT_EQ(ruling_for(~0U).fate, Fate::again);
}

TEST(RetryTable, TriesAgainWhateverKeptTheAnswerAway) {
  const std::map<Failure, Ruling> rows = {
      {Failure::dns, {Fate::again, "dns"}},           {Failure::connect, {Fate::again, "connect"}},
      {Failure::tls, {Fate::again, "tls"}},           {Failure::timeout, {Fate::again, "timeout"}},
      {Failure::protocol, {Fate::again, "protocol"}}, {Failure::secret, {Fate::later, "secret"}},
  };
  for (const auto& [failure, ruling] : rows) {
    EXPECT_EQ(ruling_for(failure).fate, ruling.fate);
    EXPECT_EQ(ruling_for(failure).reason, ruling.reason);
  }
}

TEST(Pause, DoublesUpToItsCeilingWithinAFifth) {
  for (unsigned failures = 1; failures < 100; ++failures) {
    for (const std::uint64_t seed : {1, 2, 3, 99}) {
      const auto exact = std::min<Duration>(5min, 5s * (1LL << std::min(failures - 1, 10U)));
      const auto pause = pause_after(failures, Fate::again, seed);
      EXPECT_GE(pause, exact * 4 / 5);
      EXPECT_LE(pause, exact * 6 / 5);
      EXPECT_LE(pause_after(failures, Fate::later, seed), 36min);
      EXPECT_GE(pause_after(failures, Fate::later, seed), 48s);
    }
  }
  EXPECT_NE(pause_after(3, Fate::again, 1), pause_after(3, Fate::again, 2)) << "receivers do not try in step";
}

}  // namespace
}  // namespace ikewatch::alert
