// Reading positions of any text, as a state file that somebody wrote into may hold them: of files, and of the journal.
#include "target.hpp"

#include "file_position.hpp"
#include "folder_of_test.hpp"
#include "journal_reader.hpp"

#include <sys/eventfd.h>

// The kernel takes some 8 ms to end an inotify instance, and sd-journal makes one whenever a journal is opened. Nothing changes
// in the folder of this target, so that a descriptor that stays silent does as well.
extern "C" {
int inotify_init1(int) { return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
int inotify_add_watch(int, const char*, unsigned) {
  static int last = 0;
  return ++last;
}
int inotify_rm_watch(int, int) { return 0; }
}

namespace ikewatch::fuzz {
namespace {

void read_file(std::string_view bytes) {
  const auto position = source::read_file_position(bytes);
  if (!position) return;
  must(position->head_size <= source::longest_head, "no more is hashed than was read");
  must(source::read_file_position(source::to_text(*position)) == position, "a position comes back as it was");
}

void open(source::JournalReader& reader, const std::string& position) {
  must(reader.open(position).has_value(), "no position keeps a journal from being opened");
}

void read_journal(std::string_view bytes) {
  static const TestFolder folder;  // without a journal: what is tested is the text
  source::JournalOptions options;
  options.directory = folder.path().string();
  source::JournalReader reader(options);
  // A place that gives nothing again and again is looked at in other ways, in the end not at all.
  for (int opening = 0; opening < 5; ++opening) open(reader, std::string(bytes));
  source::JournalItem item;
  const auto step = reader.next(item);
  must(step.has_value() && *step == source::JournalReader::Step::end, "an empty journal has no entries");
  open(reader, std::string(reader.position()));
}

}  // namespace

void take(std::string_view bytes) {
  read_file(bytes);
  if (!bytes.starts_with("file1")) read_journal(bytes);  // a hundred times slower
}

}  // namespace ikewatch::fuzz
