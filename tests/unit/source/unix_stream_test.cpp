#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>

#include "live_fixture.hpp"

namespace ikewatch::source {
namespace {

using ::testing::ElementsAre;

class UnixStream : public LiveFixture {
 protected:
  UnixStreamOptions options() { return {.name = "local", .path = folder / "s.sock"}; }

  Fd dial() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto path = folder / "s.sock";
    std::memcpy(address.sun_path, path.data(), path.size());
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return fd;
  }

  TemporaryFolder folder;
};

TEST_F(UnixStream, ReadsFramesWithoutASender) {
  auto limited = options();
  limited.limits.connections_per_address = 1;  // which unix senders have none of
  begin(limited);
  const auto a = dial();
  const auto b = dial();
  send_text(a, "<30>one\n9 <30>whole");
  ASSERT_TRUE(run_until_lines(2));
  send_text(b, "<30>three\n");
  ASSERT_TRUE(run_until_lines(3));
  EXPECT_THAT(lines(), ElementsAre("<30>one", "<30>whole", "<30>three"));
  EXPECT_EQ(received[0].sender, "");
  EXPECT_EQ(source->local_endpoint().address, folder / "s.sock");
}

TEST_F(UnixStream, HasTheModeThatWasAskedAndRemovesItsFile) {
  auto wanted = options();
  wanted.mode = 0600;
  begin(wanted);
  struct stat info {};
  ASSERT_EQ(::stat((folder / "s.sock").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
  source->stop();
  EXPECT_NE(::stat((folder / "s.sock").c_str(), &info), 0);
}

TEST_F(UnixStream, LeavesTheFileOfASuccessorAlone) {
  begin(options());
  std::filesystem::remove(folder / "s.sock");
  append(folder / "s.sock", "somebody else's");
  source->stop();
  EXPECT_TRUE(std::filesystem::exists(folder / "s.sock"));
}

TEST_F(UnixStream, RefusesWhatStandsInItsWay) {
  append(folder / "s.sock", "a file");
  source = make_source(options(), sink());
  EXPECT_TRUE(source->start(loop).has_error());
}

}  // namespace
}  // namespace ikewatch::source
