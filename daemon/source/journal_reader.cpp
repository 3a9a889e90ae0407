#include "journal_reader.hpp"

#include <ikewatch/base/text.hpp>

#include <systemd/sd-journal.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

#include "fd.hpp"
#include "live.hpp"

namespace ikewatch::source {
namespace {

constexpr std::string_view suppression_id = "a596d6fe7bfa4994828e72309e95d61e";
constexpr std::string_view time_opener = "time=";
constexpr std::size_t longest_field_name = 64;  // journald's own limit

Problem failed(std::string_view what, int error) {
  return {{}, with_errno("cannot " + std::string(what) + " the journal", -error)};
}

std::uint64_t now_in_microseconds() { return static_cast<std::uint64_t>(wall_clock().time_since_epoch().count()); }

/// Just behind the entry of this cursor, whose `t=` part is the entry's time in hexadecimal microseconds.
std::optional<std::uint64_t> time_after(std::string_view cursor) {
  const auto begin = cursor.find(";t=");
  if (begin == std::string_view::npos) return std::nullopt;
  const auto digits = cursor.substr(begin + 3);
  const auto time = to_number<std::uint64_t>(digits.substr(0, digits.find(';')), 16);
  if (!time || *time == std::numeric_limits<std::uint64_t>::max()) return std::nullopt;
  return *time + 1;
}

void take_first(std::string& field, std::string_view value) {
  if (field.empty()) field = value;
}

void take_field(std::string_view data, JournalItem& item) {
  const auto name = data.substr(0, data.find('='));
  const auto value = data.substr(std::min(data.size(), name.size() + 1));
  if (name == "MESSAGE_ID") return take_first(item.message_id, value);
  if (name == "N_DROPPED") return take_first(item.suppressed, value);
  if (name == "_TRANSPORT") return take_first(item.transport, value);
  if (name == "_UID") return take_first(item.uid, value);
  const auto field = syslog::JournalEntry::find(name);
  if (item.entry.begin(field)) item.entry.append(field, value);
}

}  // namespace

void JournalItem::clear() {
  entry.clear();
  message_id.clear();
  suppressed.clear();
  transport.clear();
  uid.clear();
}

bool is_suppression(const JournalItem& item) {
  return item.transport == "driver" && item.message_id == suppression_id && !item.suppressed.empty();
}

void JournalReader::Close::operator()(sd_journal* journal) const { sd_journal_close(journal); }

JournalReader::JournalReader(const JournalOptions& options) : options_(options), position_(options.cursor) {}

JournalReader::~JournalReader() = default;

void JournalReader::close() {
  journal_.reset();
  fd_ = -1;
}

Result<JournalReader::Found> JournalReader::open(const std::string& position) {
  close();
  auto opened = open_files();
  if (opened.has_value()) opened = add_matches();
  if (opened.has_error()) return opened.error();
  at_end_ = false;
  auto found = seek(position);
  ++fruitless_;
  return found;
}

Result<void> JournalReader::open_files() {
  constexpr int flags = SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM;
  sd_journal* journal = nullptr;
  const int opened = !options_.directory.empty()    ? sd_journal_open_directory(&journal, options_.directory.c_str(), 0)
                     : !options_.name_space.empty() ? sd_journal_open_namespace(&journal, options_.name_space.c_str(), flags)
                                                    : sd_journal_open(&journal, flags);
  if (opened < 0) return failed("open", opened);
  journal_.reset(journal);
  // Before anything else: files that come and go between opening and watching would never be noticed.
  fd_ = sd_journal_get_fd(journal);
  if (fd_ < 0) return failed("watch", fd_);
  sd_journal_set_data_threshold(journal, options_.max_line + longest_field_name);
  return {};
}

/// Fields of the same name are alternatives, others must all match, so each kind stands alone.
Result<void> JournalReader::add_matches() {
  int error = add_field_matches("_SYSTEMD_UNIT", options_.units);
  if (error >= 0) error = sd_journal_add_disjunction(journal_.get());
  if (error >= 0) error = add_field_matches("SYSLOG_IDENTIFIER", options_.identifiers);
  if (error >= 0) {
    error = sd_journal_add_disjunction(journal_.get());
    if (error >= 0) error = add_field_matches("MESSAGE_ID", {std::string(suppression_id)});
    if (error >= 0) error = add_field_matches("_TRANSPORT", {"driver"});
    if (error >= 0) error = add_field_matches("OBJECT_SYSTEMD_UNIT", suppressible_units());
  }
  if (error < 0) return failed("filter", error);
  return {};
}

/// A program whose entries are looked for by its name mostly runs as the unit of that name.
std::vector<std::string> JournalReader::suppressible_units() const {
  auto units = options_.units;
  for (const auto& identifier : options_.identifiers) units.push_back(identifier + ".service");
  return units;
}

int JournalReader::add_field_matches(std::string_view field, const std::vector<std::string>& values) {
  for (const auto& value : values) {
    const auto match = std::string(field) + "=" + value;
    if (const int error = sd_journal_add_match(journal_.get(), match.data(), match.size()); error < 0) return error;
  }
  return 0;
}

/// Where opening at the same place again and again gives nothing, the place is what is broken.
Result<JournalReader::Found> JournalReader::seek(const std::string& position) {
  if (fruitless_ >= 4) return seek_end(Found::gap);
  std::string_view text = position;
  if (consume(text, time_opener)) return seek_time(to_number<std::uint64_t>(text), Found::position);
  if (!text.empty() && fruitless_ < 2) return seek_cursor(position);
  if (!text.empty()) return seek_time(time_after(position), Found::gap);
  if (!options_.from_start) return seek_end(Found::position);
  if (const int error = sd_journal_seek_head(journal_.get()); error < 0) return failed("rewind", error);
  return Found::position;
}

/// sd_journal_seek_cursor() is content with any entry near by, so what it found is compared. The entry itself was handled before.
Result<JournalReader::Found> JournalReader::seek_cursor(const std::string& cursor) {
  int found = sd_journal_seek_cursor(journal_.get(), cursor.c_str());
  if (found >= 0) found = sd_journal_next(journal_.get());
  if (found > 0) found = sd_journal_test_cursor(journal_.get(), cursor.c_str());
  if (found > 0) return Found::position;
  return seek_time(time_after(cursor), Found::gap);
}

/// With a time that is still to come (the clock was set back) we would wait for it in silence.
Result<JournalReader::Found> JournalReader::seek_time(std::optional<std::uint64_t> time, Found found) {
  if (!time || *time > now_in_microseconds()) return seek_end(Found::gap);
  if (const int error = sd_journal_seek_realtime_usec(journal_.get(), *time); error < 0) return failed("search", error);
  return found;
}

/// Stands on the last entry, so that next() gives what comes; an empty journal has no such place, and none is needed there.
Result<JournalReader::Found> JournalReader::seek_end(Found found) {
  int error = sd_journal_seek_tail(journal_.get());
  if (error >= 0) error = sd_journal_previous(journal_.get());
  if (error > 0) {
    position_ = present_cursor();
    return found;
  }
  if (error == 0) error = sd_journal_seek_head(journal_.get());
  if (error < 0) return failed("search", error);
  position_ = std::string(time_opener) + std::to_string(now_in_microseconds());
  return found;
}

/// INVALIDATE means that files were added or removed: read on, like after APPEND.
Result<JournalReader::News> JournalReader::process() {
  const int happened = sd_journal_process(journal_.get());
  if (happened < 0) return failed("watch", happened);
  if (happened == SD_JOURNAL_INVALIDATE && !at_end_ && is_overtaken()) return News::overtaken;
  return happened == SD_JOURNAL_NOP ? News::none : News::entries;
}

/// The oldest entry that is left is younger than the one that was handled last.
bool JournalReader::is_overtaken() const {
  const auto time = time_after(position_);
  std::uint64_t oldest = 0, youngest = 0;
  return time && sd_journal_get_cutoff_realtime_usec(journal_.get(), &oldest, &youngest) > 0 && oldest > *time;
}

Result<JournalReader::Step> JournalReader::next(JournalItem& item) {
  while (true) {
    const int found = sd_journal_next(journal_.get());
    if (found < 0) return failed("read", found);
    at_end_ = found == 0;
    if (at_end_) {
      fruitless_ = 0;
      return Step::end;
    }
    present_ = present_cursor();
    if (present_.empty()) return failed("read", -EADDRNOTAVAIL);
    const int error = read_fields(item);
    if (error >= 0) return Step::entry;
    if (present_ != broken_) {
      broken_ = present_;
      return failed("read an entry of", error);
    }
    ++unreadable_;
    commit();
  }
}

int JournalReader::read_fields(JournalItem& item) {
  item.clear();
  const void* data = nullptr;
  std::size_t size = 0;
  int more = 0;
  sd_journal_restart_data(journal_.get());
  while ((more = sd_journal_enumerate_available_data(journal_.get(), &data, &size)) > 0) {
    take_field({static_cast<const char*>(data), size}, item);
  }
  if (more < 0) return more;
  std::uint64_t time = 0;  // no field of its own, but what the entry stands under
  const int stamped = sd_journal_get_realtime_usec(journal_.get(), &time);
  item.entry.append(syslog::JournalEntry::realtime, std::to_string(time));
  return stamped;
}

void JournalReader::commit() {
  position_ = std::move(present_);
  fruitless_ = 0;
}

std::string JournalReader::present_cursor() const {
  char* text = nullptr;
  if (sd_journal_get_cursor(journal_.get(), &text) < 0) return {};
  const std::unique_ptr<char, void (*)(char*)> owner(text, [](char* cursor) { std::free(cursor); });
  return text;
}

std::chrono::microseconds JournalReader::timeout() const {
  constexpr std::chrono::microseconds longest = std::chrono::seconds(5);  // a lost notification costs no more than this
  std::uint64_t until = 0;
  if (sd_journal_get_timeout(journal_.get(), &until) < 0 || until == std::numeric_limits<std::uint64_t>::max()) return longest;
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto passed = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000;
  const auto left = until > passed ? until - passed : 0;
  return std::min(longest, std::chrono::microseconds(static_cast<std::int64_t>(std::min<std::uint64_t>(left, 60'000'000))));
}

bool JournalReader::has_files() const {
  return sd_journal_has_persistent_files(journal_.get()) > 0 || sd_journal_has_runtime_files(journal_.get()) > 0;
}

}  // namespace ikewatch::source
