// What only the running system tells: its policies and its clock.

#include <ikewatch/base/fd.hpp>
#include <ikewatch/doctor/doctor.hpp>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/timex.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <system_error>

namespace ikewatch::doctor {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t max_bytes = std::size_t{4} << 20;
constexpr std::chrono::seconds patience{10};
constexpr const char* places_of_ip[] = {"/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip"};

Problem failed(std::string what, int error) { return {{}, what + ": " + std::generic_category().message(error)}; }

/// A child process that is ended and waited for, whatever happens.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ < 0) return;
    kill(pid_, SIGKILL);
    wait();
  }
  /// Its exit status, as waitpid(2) gives it.
  int wait() {
    int status = -1;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_;
};

/// The child, or -1 with errno. Its output goes to `out`; it reads nothing, and its complaints are not ours.
pid_t spawn_ip(const char* program, int out) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  char name[] = "ip", object[] = "xfrm", what[] = "policy", locale[] = "LC_ALL=C";
  char* const arguments[] = {name, object, what, nullptr};
  char* const environment[] = {locale, nullptr};
  pid_t pid = -1;
  errno = posix_spawn(&pid, program, &actions, nullptr, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  return errno == 0 ? pid : -1;
}

/// Everything up to the end; a Problem at the limits of size and time.
Result<std::string> read_to_end(int fd) {
  const auto deadline = steady_clock::now() + patience;
  std::string text;
  char piece[16384];
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
    pollfd wanted{fd, POLLIN, 0};
    const int ready = left > 0 ? poll(&wanted, 1, static_cast<int>(left)) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return Problem{{}, "`ip xfrm policy` gave no answer within ten seconds"};
    const auto got = ::read(fd, piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("`ip xfrm policy`", errno);
    if (got == 0) return text;
    text.append(piece, static_cast<std::size_t>(got));
    if (text.size() > max_bytes) return Problem{{}, "`ip xfrm policy` prints more than 4 MiB"};
  }
}

Result<std::string> output_of(const char* program) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return failed("pipe", errno);
  const Fd reading(ends[0]);
  Fd writing(ends[1]);
  const pid_t pid = spawn_ip(program, writing.get());
  if (pid < 0) return failed(program, errno);
  Child child(pid);
  writing.reset();
  auto text = read_to_end(reading.get());
  if (!text) return text;
  const int status = child.wait();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return Problem{{}, "`ip xfrm policy` is not permitted; run this as root"};
  return text;
}

}  // namespace

Result<std::string> policies_of_this_host() {
  for (const char* program : places_of_ip) {
    if (access(program, X_OK) == 0) return output_of(program);
  }
  return Problem{{}, "there is no program `ip`; give the output of `setkey -DP` with --policies"};
}

Result<bool> clock_of_this_host() {
  timex question{};  // modes = 0: only asks
  const int state = adjtimex(&question);
  if (state < 0) return failed("adjtimex", errno);
  return state != TIME_ERROR && (question.status & STA_UNSYNC) == 0;
}

Result<std::string> read_policies(const std::string& path) {
  const bool standard_input = path == "-";
  const Fd opened(standard_input ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!opened) return Problem{{path}, std::generic_category().message(errno)};
  std::string text;
  char piece[16384];
  for (;;) {
    const auto got = ::read(opened.get(), piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Problem{{path}, std::generic_category().message(errno)};
    if (got == 0) return text;
    text.append(piece, static_cast<std::size_t>(got));
    if (text.size() > max_bytes) return Problem{{path}, "is larger than 4 MiB"};
  }
}

}  // namespace ikewatch::doctor
