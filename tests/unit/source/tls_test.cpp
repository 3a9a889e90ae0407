// TLS over real sockets, with certificates that the openssl command makes.
#include <gmock/gmock.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <cstdlib>
#include <future>

#include "live_fixture.hpp"
#include "tls_context.hpp"

namespace ikewatch::source {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

void run(const std::string& command) {
  ASSERT_EQ(std::system((command + " 2>/dev/null").c_str()), 0) << command;  // NOLINT: our own words
}

/// NAME.pem and NAME.key; expired where `days` is negative.
void make_pair(const TemporaryFolder& folder, const std::string& name, int days = 30) {
  const auto path = folder / name;
  run("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout " + path + ".key -out " +
      path + ".csr");
  run("openssl x509 -req -in " + path + ".csr -signkey " + path + ".key -days " + std::to_string(days) + " -out " + path +
      ".pem");
  ASSERT_EQ(::chmod((path + ".key").c_str(), 0600), 0);
}

TlsOptions with(const TemporaryFolder& folder, const std::string& certificate, const std::string& key) {
  TlsOptions options;
  options.certificate = folder / certificate;
  options.key = folder / key;
  return options;
}

std::vector<std::string> said_of(const TlsOptions& options) {
  std::vector<std::string> all;
  for (const auto& finding : examine_tls(options)) all.push_back((finding.is_warning ? "warning: " : "") + finding.what);
  return all;
}

/// A sender that blocks, for a thread of its own.
class Client {
 public:
  explicit Client(Fd fd) : fd_(std::move(fd)), context_(SSL_CTX_new(TLS_client_method())), session_(SSL_new(context_)) {
    SSL_set_fd(session_, fd_.get());
  }
  ~Client() {
    SSL_free(session_);
    SSL_CTX_free(context_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool greet() { return SSL_connect(session_) == 1; }
  bool say(std::string_view text) { return SSL_write(session_, text.data(), static_cast<int>(text.size())) > 0; }
  void leave() { SSL_shutdown(session_); }

 private:
  Fd fd_;
  SSL_CTX* context_;
  SSL* session_;
};

class Tls : public LiveFixture {
 protected:
  void SetUp() override { make_pair(folder, "a"); }

  void listen(std::chrono::milliseconds handshake = std::chrono::seconds(30)) {
    TcpOptions options{.name = "routers", .address = "127.0.0.1"};
    options.tls = with(folder, "a.pem", "a.key");
    options.tls->handshake_timeout = handshake;
    begin(options);
  }

  /// Runs the loop until `step`, on a thread of its own, is done.
  template <class Step>
  bool meanwhile(Step step) {
    auto done = std::async(std::launch::async, step);
    run_until([&] { return done.wait_for(std::chrono::seconds(0)) == std::future_status::ready; });
    return done.get();
  }

  Fd dial() { return connected(SOCK_STREAM, source->local_endpoint()); }

  TemporaryFolder folder;
};

TEST_F(Tls, ReadsFramesOutOfIt) {
  listen();
  Client client(dial());
  ASSERT_TRUE(meanwhile([&] { return client.greet() && client.say("9 <30>whole<30>line\n") && client.say("<30>last"); }));
  ASSERT_TRUE(run_until_lines(2));
  client.leave();
  ASSERT_TRUE(run_until_lines(3));
  EXPECT_THAT(lines(), ElementsAre("<30>whole", "<30>line", "<30>last"));
  EXPECT_EQ(received[0].sender, "127.0.0.1");
}

/// Nobody vouches that this was the end of the line.
TEST_F(Tls, CountsALineThatWasCutOffWithoutGoodbye) {
  listen();
  {
    Client client(dial());
    ASSERT_TRUE(meanwhile([&] { return client.greet() && client.say("<30>cut off"); }));
  }
  ASSERT_TRUE(run_until([this] { return source->counters().malformed == 1; }));
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(Tls, ReadsNothingWhilePausedAndAllOfItAfterwards) {
  listen();
  Client client(dial());
  source->pause();
  ASSERT_TRUE(meanwhile([&] { return client.greet() && client.say("<30>one\n"); }));
  run_what_is_ready();
  EXPECT_EQ(source->counters().bytes, 0u);
  source->resume();
  ASSERT_TRUE(run_until_lines(1));
}

/// What TLS has taken from the socket already is not told of by any wait.
TEST_F(Tls, LosesNothingWhenPausedAgainAndAgain) {
  listen();
  Client client(dial());
  ASSERT_TRUE(meanwhile([&] { return client.greet(); }));
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "<30>line " + std::to_string(i) + "\n";
  after_each = [this] {
    if (received.size() % 1000 == 0) source->pause();
  };
  auto sent = std::async(std::launch::async, [&] { return client.say(many); });
  const auto all = run_until([this] {
    source->resume();
    return received.size() == 20'000;
  });
  EXPECT_TRUE(all) << received.size();
  EXPECT_TRUE(sent.get());
  EXPECT_EQ(received.back().raw, "<30>line 19999");
}

TEST_F(Tls, GivesUpAHandshakeThatDoesNotEnd) {
  listen(std::chrono::milliseconds(30));
  const auto client = dial();
  ASSERT_TRUE(run_until([this] { return dropped(DropReason::handshake_failed) == 1; }));
}

TEST_F(Tls, RefusesWhatIsNoTls) {
  listen();
  const auto client = dial();
  send_text(client, "<30>plain text\n");
  ASSERT_TRUE(run_until([this] { return dropped(DropReason::handshake_failed) == 1; }));
  EXPECT_EQ(source->counters().lines, 0u);
}

TEST_F(Tls, KeepsTheFormerCertificateWhereTheNewOneIsBroken) {
  listen();
  overwrite(folder / "a.key", "nonsense");
  const auto refreshed = source->refresh();
  ASSERT_TRUE(refreshed.has_error());
  EXPECT_THAT(refreshed.error().what, HasSubstr("source 'routers': " + (folder / "a.key") + " holds no private key"));
  Client client(dial());
  EXPECT_TRUE(meanwhile([&] { return client.greet(); }));
}

TEST_F(Tls, IsNotStartedWithABrokenCertificate) {
  overwrite(folder / "a.pem", "nonsense");
  TcpOptions options{.name = "routers", .address = "127.0.0.1"};
  options.tls = with(folder, "a.pem", "a.key");
  source = make_source(options, sink());
  EXPECT_TRUE(source->start(loop).has_error());
}

TEST_F(Tls, HasNothingToSayOfGoodFiles) { EXPECT_THAT(said_of(with(folder, "a.pem", "a.key")), IsEmpty()); }

TEST_F(Tls, SaysWhatIsWrongWithEachFile) {
  make_pair(folder, "b");
  EXPECT_THAT(said_of(with(folder, "a.pem", "b.key")), ElementsAre(HasSubstr("b.key is not the key of the first certificate")));
  EXPECT_THAT(said_of(with(folder, "no.pem", "a.key")), ElementsAre(HasSubstr("cannot read")));
  EXPECT_THAT(said_of(with(folder, "no.pem", "no.key")), SizeIs(2));
  EXPECT_THAT(said_of(with(folder, "", "a.key")), ElementsAre(HasSubstr("is not a regular file")));
  EXPECT_THAT(said_of(with(folder, "a.key", "a.key")), ElementsAre(HasSubstr("holds no certificate in PEM form")));
  EXPECT_THAT(said_of(with(folder, "a.pem", "a.pem")),
              ElementsAre(HasSubstr("every user"), HasSubstr("holds no private key in PEM form")));
}

TEST_F(Tls, WarnsOfAnExpiredCertificate) {
  make_pair(folder, "old", -1);
  EXPECT_THAT(said_of(with(folder, "old.pem", "old.key")),
              ElementsAre(HasSubstr("warning: " + (folder / "old.pem") + " holds a certificate that expired on 2")));
}

TEST_F(Tls, DoesNotReadPipesOrEndlessFiles) {
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(said_of(with(folder, "pipe", "a.key")), ElementsAre(HasSubstr("is not a regular file")));
  overwrite(folder / "long.pem", std::string((1u << 20) + 1, 'x'));
  EXPECT_THAT(said_of(with(folder, "long.pem", "a.key")), ElementsAre(HasSubstr("is longer than 1 MiB")));
}

}  // namespace
}  // namespace ikewatch::source
