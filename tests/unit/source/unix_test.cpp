#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>

#include "live_fixture.hpp"

namespace ikewatch::source {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class UnixSocket : public LiveFixture {
 protected:
  [[nodiscard]] std::string path() const { return folder / "log"; }
  [[nodiscard]] UnixOptions options() const { return {.name = "local", .path = path()}; }

  [[nodiscard]] Fd client(int type = SOCK_DGRAM) const {
    Fd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    const auto address = here();
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return fd;
  }

  /// A socket file whose owner is gone.
  void leave_stale_socket() const {
    const Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto address = here();
    ASSERT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }

  [[nodiscard]] sockaddr_un here() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
    return address;
  }

  TemporaryFolder folder;
};

TEST_F(UnixSocket, DeliversWithoutSender) {
  const auto& local = begin(options());
  send_text(client(), "<30>Nov 22 02:30:00 racoon: INFO: one\n");
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_THAT(lines(), ElementsAre("<30>Nov 22 02:30:00 racoon: INFO: one"));
  EXPECT_EQ(received[0].sender, "");
  EXPECT_EQ(local.local_endpoint().address, path());
}

TEST_F(UnixSocket, LetsItsSendersWaitWhileItIsPaused) {
  begin(options());
  source->pause();
  const auto sender = client();
  int sent = 0;
  while (::send(sender.get(), "x", 1, MSG_DONTWAIT) == 1) ++sent;
  EXPECT_EQ(errno, EAGAIN);
  run_what_is_ready();
  EXPECT_TRUE(received.empty());
  source->resume();
  ASSERT_TRUE(run_until_lines(static_cast<std::size_t>(sent)));
  EXPECT_EQ(::send(sender.get(), "x", 1, MSG_DONTWAIT), 1);
}

TEST_F(UnixSocket, GivesTheFileTheModeThatWasAskedFor) {
  auto asked = options();
  asked.mode = 0622;
  begin(asked);
  struct stat info {};
  ASSERT_EQ(::stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0622u);
}

TEST_F(UnixSocket, RemovesItsOwnFileAtStop) {
  begin(options()).stop();
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(UnixSocket, LeavesTheFileOfASuccessor) {
  auto& local = begin(options());
  std::filesystem::rename(path(), path() + ".old");
  leave_stale_socket();
  local.stop();
  EXPECT_TRUE(std::filesystem::exists(path()));
}

TEST_F(UnixSocket, ReplacesAFileThatNobodyListensOn) {
  leave_stale_socket();
  begin(options());
  send_text(client(), "hello");
  EXPECT_TRUE(run_until_lines(1));
}

TEST_F(UnixSocket, LeavesALiveListenerAlone) {
  begin(options());
  const auto second = make_source(options(), sink());
  const auto started = second->start(loop);
  ASSERT_TRUE(started.has_error());
  EXPECT_THAT(started.error().what, HasSubstr("Address already in use"));
  EXPECT_TRUE(std::filesystem::exists(path()));
}

TEST_F(UnixSocket, NeverReplacesAFileThatIsNoSocket) {
  overwrite(path(), "precious");
  EXPECT_TRUE(make_source(options(), sink())->start(loop).has_error());
  EXPECT_EQ(std::filesystem::file_size(path()), 8u);
}

TEST_F(UnixSocket, RefusesAPathThatTheKernelCannotHold) {
  auto asked = options();
  asked.path = folder / std::string(120, 'x');
  const auto started = make_source(asked, sink())->start(loop);
  ASSERT_TRUE(started.has_error());
  EXPECT_THAT(started.error().what, HasSubstr("at most 107 bytes"));
}

TEST_F(UnixSocket, CountsADatagramThatIsLargerThanAnyBuffer) {
  auto asked = options();
  asked.max_line = 1u << 20;
  begin(asked);
  const auto sender = client();
  const int room = 1 << 20;
  ::setsockopt(sender.get(), SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
  ::setsockopt(sender.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  send_text(sender, std::string(70'000, 'x'));
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_EQ(received[0].raw.size(), 65536u);
  EXPECT_EQ(dropped(DropReason::too_long), 1u);
}

}  // namespace
}  // namespace ikewatch::source
