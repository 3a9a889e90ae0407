// A disk that hangs, for LD_PRELOAD: while another process holds a lock (flock(2), exclusive) on the file that HUNG_DISK names,
// whatever is to be made durable waits. Role: a library of its own, which takes the place of fsync(2) and fdatasync(2).
// Ownership: none. Threads: any.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace {

int once_the_disk_answers(long call, int file) {
  const char* name = std::getenv("HUNG_DISK");
  const int lock = name == nullptr ? -1 : ::open(name, O_RDONLY | O_CLOEXEC);
  if (lock >= 0) {
    while (::flock(lock, LOCK_SH) != 0 && errno == EINTR) {
    }
    ::close(lock);
  }
  return static_cast<int>(::syscall(call, file));
}

}  // namespace

extern "C" int fsync(int file) { return once_the_disk_answers(SYS_fsync, file); }
extern "C" int fdatasync(int file) { return once_the_disk_answers(SYS_fdatasync, file); }
