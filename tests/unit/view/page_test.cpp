#include <ikewatch/view/page.hpp>

#include "samples.hpp"

#include <gtest/gtest.h>

namespace ikewatch::view {
namespace {

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

TEST(StatusPage, EscapesWhateverAStrangerWrote) {
  engine::Snapshot snapshot;
  snapshot.tunnels = {a_failed_tunnel()};
  auto& tunnel = snapshot.tunnels[0];
  tunnel.name = tunnel.peer = tunnel.gateway = tunnel.diagnoses[0].summary = hostile;
  const auto page = status_page(snapshot, hostile);
  EXPECT_EQ(page.find("<b>\""), std::string::npos);
  EXPECT_EQ(count(page, "</script>"), 0U);
  EXPECT_EQ(count(page, "&lt;/script&gt;&lt;b&gt;&quot;&#39;&amp;\\"), 5U);
}

TEST(StatusPage, PutsWhatNeedsAttentionOnTop) {
  engine::Snapshot snapshot;
  snapshot.tunnels = {a_tunnel_that_stands(), a_failed_tunnel()};
  const auto page = status_page(snapshot, "edge-1");
  EXPECT_LT(page.find("branch-lyon"), page.find("203.0.113.9"));
  EXPECT_NE(page.find("<span class=\"s failed\">failed</span>"), std::string::npos);
  EXPECT_NE(page.find("<b>psk_missing</b>"), std::string::npos);
  EXPECT_NE(page.find("2 tunnels known to edge-1."), std::string::npos);
}

TEST(StatusPage, LeavesOutACauseThatIsOver) {
  engine::Snapshot snapshot;
  snapshot.tunnels = {a_tunnel_that_stands()};
  snapshot.tunnels[0].diagnoses = {a_missing_key()};
  snapshot.tunnels[0].diagnoses[0].resolved = true;
  EXPECT_EQ(status_page(snapshot, "edge-1").find("psk_missing"), std::string::npos);
}

TEST(StatusPage, NeedsNoScript) {
  const auto page = status_page({}, "edge-1");
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
  EXPECT_TRUE(page.ends_with("</body></html>\n"));
  EXPECT_EQ(count(page, "<tr>"), 1U);
}

}  // namespace
}  // namespace ikewatch::view
