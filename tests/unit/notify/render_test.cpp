#include <ikewatch/notify/receiver.hpp>

#include <gtest/gtest.h>
#include <rapidjson/document.h>

namespace ikewatch::notify {
namespace {

using alert::NoticeKind;
using rapidjson::Document;

constexpr std::string_view the_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const WallTime begun{std::chrono::sys_days{std::chrono::year{2026} / 1 / 2}};
const WallTime now = begun + std::chrono::minutes(27);

alert::Delivery delivery_of(NoticeKind kind) {
  alert::Notice notice;
  notice.kind = kind;
  notice.id = "0123";
  notice.key = "4567";
  notice.labels = {
      {"alertname", "TunnelDown"}, {"gateway", "edge-1"}, {"tunnel", "branch-lyon"}, {"severity", "critical"}, {"team", "net"}};
  notice.annotations = {{"cause", "psk_mismatch"},
                        {"side", "both"},
                        {"summary", "Tunnel \"branch-lyon\" <of> edge-1"},
                        {"description", "Because & so."},
                        {"checks", "psk.txt\nthe other end"},
                        {"runbook_url", "https://wiki.example/x"}};
  notice.severity = alert::Severity::critical;
  notice.peer = "198.51.100.7";
  notice.state = "failed";
  notice.starts_at = begun;
  if (kind == NoticeKind::resolved) notice.ends_at = begun + std::chrono::minutes(20);
  alert::Delivery delivery;
  delivery.receiver = "ops";
  delivery.message_id = "msg_1";
  delivery.notices = {notice};
  return delivery;
}

Receiver a(Type type) {
  Receiver receiver;
  receiver.name = "ops";
  receiver.type = type;
  receiver.urls = {"https://hooks.example/ikewatch?x=1"};
  return receiver;
}

std::string header(const Request& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return {};
}

Document json(const std::string& text) {
  Document document;
  document.Parse(text.c_str());
  EXPECT_FALSE(document.HasParseError()) << text;
  return document;
}

TEST(Url, IsTakenApart) {
  const auto url = Url::parse("https://hooks.example:8443/a/b?c=d#e");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "hooks.example");
  EXPECT_EQ(url->port, "8443");
  EXPECT_EQ(url->target, "/a/b?c=d");
  EXPECT_EQ(url->authority, "hooks.example:8443");
  EXPECT_EQ(Url::parse("http://[2001:db8::1]")->host, "2001:db8::1");
  EXPECT_EQ(Url::parse("http://[2001:db8::1]:80")->port, "80");
  EXPECT_EQ(Url::parse("http://a?b")->target, "/?b");
}

TEST(Url, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", "ftp://a/", "https://", "https://u:p@a/", "https://a:0/", "https://a:99999/", "https://a b/", "https://[::1",
        "https://a/\r\nX: y", "https://a\x01/", "https://[::1]x/", "//a"})
    EXPECT_FALSE(Url::parse(text)) << text;
}

TEST(Alertmanager, GetsTheAlertsOfItsApi) {
  auto receiver = a(Type::alertmanager);
  receiver.urls = {"http://127.0.0.1:9093/", "http://[::1]:9093/am"};
  receiver.link = "http://edge-1:10097/";
  auto delivery = delivery_of(NoticeKind::firing);
  delivery.notices.push_back(delivery_of(NoticeKind::resolved).notices[0]);
  const auto request = render(receiver, {}, delivery, now);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url.target, "/api/v2/alerts");
  const auto body = json(request->body);
  ASSERT_EQ(body.Size(), 2U);
  EXPECT_STREQ(body[0]["labels"]["alertname"].GetString(), "TunnelDown");
  EXPECT_STREQ(body[0]["annotations"]["checks"].GetString(), "psk.txt\nthe other end");
  EXPECT_STREQ(body[0]["startsAt"].GetString(), "2026-01-02T00:00:00+00:00");
  EXPECT_STREQ(body[0]["endsAt"].GetString(), "2026-01-02T00:31:00+00:00");
  EXPECT_STREQ(body[1]["endsAt"].GetString(), "2026-01-02T00:20:00+00:00");
  EXPECT_STREQ(body[0]["generatorURL"].GetString(), "http://edge-1:10097/");
  delivery.target = 1;
  EXPECT_EQ(render(receiver, {}, delivery, now)->url.target, "/am/api/v2/alerts");
  EXPECT_EQ(header(*render(receiver, {"token\n", ""}, delivery, now), "Authorization"), "Bearer token");
}

TEST(Webhook, IsSignedAsStandardWebhooksWants) {
  // The example of the specification's reference libraries.
  const auto signature = sign(the_secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", R"({"test": 2432232314})");
  ASSERT_TRUE(signature);
  EXPECT_EQ(*signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Webhook, OffersASignatureForEachKeyWhileTheyRotate) {
  const auto request =
      render(a(Type::webhook), {std::string(the_secret) + "\r\nplain text\n\n", ""}, delivery_of(NoticeKind::firing), now);
  ASSERT_TRUE(request);
  const auto signature = header(*request, "webhook-signature");
  EXPECT_EQ(signature.substr(0, 3), "v1,");
  EXPECT_NE(signature.find(" v1,"), std::string::npos);
  EXPECT_EQ(signature, *sign(std::string(the_secret) + "\nplain text", "msg_1", "1767313620", request->body));
  EXPECT_EQ(header(*request, "webhook-id"), "msg_1");
  EXPECT_EQ(header(*request, "webhook-timestamp"), "1767313620");
}

TEST(Webhook, HasTheNamesOfTheContract) {
  const auto request = render(a(Type::webhook), {}, delivery_of(NoticeKind::resolved), now);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url.target, "/ikewatch?x=1");
  const auto body = json(request->body);
  EXPECT_STREQ(body["type"].GetString(), "alert.resolved");
  EXPECT_STREQ(body["timestamp"].GetString(), "2026-01-02T00:20:00+00:00");
  const auto& data = body["data"];
  for (const auto* name :
       {"alertname", "gateway", "tunnel", "severity", "cause", "side", "summary", "description", "id", "peer", "state"})
    EXPECT_TRUE(data[name].IsString()) << name;
  EXPECT_EQ(data["checks"].Size(), 2U);
  EXPECT_STREQ(data["labels"]["team"].GetString(), "net");
  EXPECT_EQ(header(*request, "webhook-signature"), "") << "no secret, no signature";
}

TEST(Webhook, TheBodyIsTheSameAtEveryAttempt) {
  const auto delivery = delivery_of(NoticeKind::firing);
  EXPECT_EQ(render(a(Type::webhook), {}, delivery, now)->body,
            render(a(Type::webhook), {}, delivery, now + std::chrono::hours(5))->body);
}

TEST(Slack, EscapesWhatIsItsOwn) {
  auto receiver = a(Type::slack);
  receiver.urls.clear();
  const auto request =
      render(receiver, {"", "https://hooks.slack.example/services/T/B/x\n"}, delivery_of(NoticeKind::firing), now);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url.target, "/services/T/B/x");
  const auto body = json(request->body);
  EXPECT_STREQ(body["text"].GetString(), "[critical] TunnelDown: Tunnel \"branch-lyon\" &lt;of&gt; edge-1");
  const std::string details = body["blocks"][1]["text"]["text"].GetString();
  EXPECT_EQ(details, "Because &amp; so.\nWho must act: both\nTo check:\n- psk.txt\n- the other end");
}

TEST(Slack, TellsOldNewsAsSuch) {
  auto delivery = delivery_of(NoticeKind::resolved);
  delivery.notices[0].times = 3;
  const auto body = json(render(a(Type::slack), {}, delivery, now)->body);
  EXPECT_EQ(std::string(body["text"].GetString()).substr(0, 75),
            "Over after 20m 00s (fired 3 times from 2026-01-02 00:00 to 2026-01-02 00:20");
}

TEST(PagerDuty, TriggersAndResolvesTheSameIncident) {
  auto receiver = a(Type::pagerduty);
  receiver.urls.clear();
  const Secrets secrets{"R0123456789\n", ""};
  const auto firing = render(receiver, secrets, delivery_of(NoticeKind::firing), now);
  ASSERT_TRUE(firing);
  EXPECT_EQ(firing->url.host, "events.pagerduty.com");
  EXPECT_EQ(firing->url.target, "/v2/enqueue");
  const auto body = json(firing->body);
  EXPECT_STREQ(body["routing_key"].GetString(), "R0123456789");
  EXPECT_STREQ(body["event_action"].GetString(), "trigger");
  EXPECT_STREQ(body["payload"]["severity"].GetString(), "critical");
  EXPECT_STREQ(body["payload"]["source"].GetString(), "edge-1");
  const auto over = json(render(receiver, secrets, delivery_of(NoticeKind::resolved), now)->body);
  EXPECT_STREQ(over["event_action"].GetString(), "resolve");
  EXPECT_EQ(over["dedup_key"], body["dedup_key"]);
  EXPECT_FALSE(render(receiver, {}, delivery_of(NoticeKind::firing), now));
}

TEST(Template, MakesAnyBodyAndHeader) {
  auto receiver = a(Type::body_template);
  receiver.body = R"({"text": "{headline}", "ok": {}})";
  receiver.headers = {{"Authorization", "GenieKey {secret}"}, {"Title", "{alertname}: {status}"}};
  const auto request = render(receiver, {"s3cret\n", ""}, delivery_of(NoticeKind::firing), now);
  ASSERT_TRUE(request);
  EXPECT_STREQ(json(request->body)["text"].GetString(), "TunnelDown: Tunnel \"branch-lyon\" <of> edge-1");
  EXPECT_EQ(header(*request, "Authorization"), "GenieKey s3cret");
  EXPECT_EQ(header(*request, "Title"), "TunnelDown: firing");
  EXPECT_EQ(header(*request, "Content-Type"), "application/json");
}

TEST(Template, IsPlainTextWhereTheTypeSaysSo) {
  auto receiver = a(Type::body_template);
  receiver.body = "{summary}";
  receiver.headers = {{"content-type", "text/plain"}, {"X", "{checks}"}};
  const auto request = render(receiver, {}, delivery_of(NoticeKind::firing), now);
  EXPECT_EQ(request->body, "Tunnel \"branch-lyon\" <of> edge-1");
  EXPECT_EQ(header(*request, "X"), "psk.txtthe other end") << "no line end gets into a header";
}

TEST(Render, NoProblemTellsASecret) {
  const std::string secret = "whsec_not!base64-TOPSECRET";
  for (const Type type : {Type::alertmanager, Type::webhook, Type::slack, Type::pagerduty, Type::body_template}) {
    auto receiver = a(type);
    receiver.urls = {"gopher://u:TOPSECRET@hooks.example/TOPSECRET"};
    for (const Secrets& secrets : {Secrets{secret, ""}, Secrets{"", "TOPSECRET"}, Secrets{secret, "https://x:TOPSECRET@y/"}}) {
      const auto request = render(receiver, secrets, delivery_of(NoticeKind::firing), now);
      ASSERT_FALSE(request);
      EXPECT_EQ(to_string(request.error()).find("TOPSECRET"), std::string::npos);
    }
    receiver.urls = {"https://hooks.example/"};
    const auto request = render(receiver, {secret, ""}, delivery_of(NoticeKind::firing), now);
    const std::string told = request ? std::string{} : to_string(request.error());
    EXPECT_EQ(told.find("TOPSECRET"), std::string::npos);
  }
}

}  // namespace
}  // namespace ikewatch::notify
