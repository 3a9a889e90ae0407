// Reading positions of any text, as a state file that somebody wrote into may hold them: of files, and of the journal.
#include "target.hpp"

#include "file_position.hpp"
#include "folder_of_test.hpp"
#include "journal_reader.hpp"

namespace ikewatch::fuzz {
namespace {

void read_file(std::string_view bytes) {
  const auto position = source::read_file_position(bytes);
  if (!position) return;
  must(position->head_size <= source::longest_head, "no more is hashed than was read");
  must(source::read_file_position(source::to_text(*position)) == position, "a position comes back as it was");
}

void read_journal(std::string_view bytes) {
  static const TestFolder folder;  // without a journal: what is tested is the text
  source::JournalOptions options;
  options.directory = folder.path().string();
  source::JournalReader reader(options);
  for (int opening = 0; opening < 5; ++opening) {  // a place that gives nothing again and again is looked at in other ways
    if (!reader.open(std::string(bytes)).has_value()) continue;
    source::JournalItem item;
    const auto step = reader.next(item);
    must(!step.has_value() || *step == source::JournalReader::Step::end, "an empty journal has no entries");
  }
}

}  // namespace

void take(std::string_view bytes) {
  read_file(bytes);
  if (!bytes.starts_with("file1")) read_journal(bytes);  // a thousand times slower
}

}  // namespace ikewatch::fuzz
