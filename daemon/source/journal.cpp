// The journald source: a JournalReader on the event loop.
#include <ikewatch/source/make.hpp>

#include <ikewatch/base/text.hpp>
#include <ikewatch/syslog/journal.hpp>

#include <fcntl.h>
#include <systemd/sd-login.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <utility>

#include "journal_reader.hpp"
#include "live.hpp"

namespace ikewatch::source {
namespace {

/// journald tells of what it wrote up to 250 ms later (POST_CHANGE_TIMER_INTERVAL_USEC in its journald-server.c), to save
/// wake-ups. While entries come we look by ourselves, and let an idle host sleep.
constexpr std::chrono::microseconds glance{5000};
constexpr std::chrono::seconds lively_for{1};
constexpr int entries_per_wake_up = 256;  // sd-journal wants sd_journal_process() at least every 1024

/// The service that systemd started this process as (systemd.exec(5): SYSTEMD_EXEC_PID); empty where it is nobody's main process:
/// a shell's unit is not ours.
std::string unit_of_this_process() {
  const char* main_process = std::getenv("SYSTEMD_EXEC_PID");
  char* unit = nullptr;
  if (main_process == nullptr || main_process != std::to_string(::getpid()) || ::sd_pid_get_unit(0, &unit) < 0) return {};
  const std::unique_ptr<char, void (*)(char*)> owner(unit, [](char* text) { std::free(text); });
  return unit;
}

class JournalSource final : public Live {
  using Clock = std::chrono::steady_clock;

 public:
  JournalSource(JournalOptions options, Sink sink)
      : Live(options.name, std::move(sink), options.max_line,
             {DropReason::too_long, DropReason::gap, DropReason::suppressed, DropReason::untrusted}),
        options_(std::move(options)),
        reader_(options_),
        own_pid_(std::to_string(::getpid())),
        own_units_{options_.own_unit, unit_of_this_process()} {}
  ~JournalSource() override { stop(); }

  [[nodiscard]] std::string position() const override { return reader_.position(); }

 private:
  Result<void> open() override {
    if (const auto wrong_option = check(); !wrong_option.empty()) return wrong(wrong_option);
    const auto found = reader_.open(reader_.position());
    if (found.has_error()) return wrong(found.error().what);
    if (*found == JournalReader::Found::gap) lose(DropReason::gap);
    // The descriptor belongs to sd-journal, so the loop gets its own.
    watch_ = Watch::open(loop(), Fd(::fcntl(reader_.fd(), F_DUPFD_CLOEXEC, 0)));
    if (!watch_) return wrong(with_errno("cannot wait for the journal", errno));
    alarm_ = std::make_unique<Alarm>(loop());
    show_presence();
    read_again_after(std::chrono::microseconds(0));
    return {};
  }

  void close() override {
    watch_.reset();
    alarm_.reset();
    reader_.close();
  }

  [[nodiscard]] std::string check() const {
    if (options_.units.empty() && options_.identifiers.empty()) return "names neither units nor identifiers; write at least one";
    const auto own =
        std::find_if(options_.units.begin(), options_.units.end(), [this](const auto& unit) { return is_own(unit); });
    return own == options_.units.end() ? std::string() : "must not read " + *own + ", which is this program itself";
  }

  [[nodiscard]] bool is_own(std::string_view unit) const {
    return !unit.empty() && std::find(own_units_.begin(), own_units_.end(), unit) != own_units_.end();
  }

  /// Any local user can write under any SYSLOG_IDENTIFIER; _SYSTEMD_UNIT and _UID come from the kernel. Entries that another
  /// host's journald made of them may lack both.
  [[nodiscard]] bool is_trusted(const JournalItem& item, std::string_view unit) const {
    if (item.uid.empty() || item.uid == "0") return true;
    return std::find(options_.units.begin(), options_.units.end(), unit) != options_.units.end();
  }

  void wake() override {
    if (alarm_) read_again_after(std::chrono::microseconds(0));
  }

  void show_presence() {
    if (!options_.directory.empty() || !options_.name_space.empty() || reader_.has_files()) return set_up(true);
    set_down(
        wrong("no journal file can be read; is journald running, and may this user read its files (group systemd-journal)?"));
  }

  void read_again_after(std::chrono::microseconds wait) {
    alarm_->once(wait, guarded([this] { read(); }));
  }

  void wait() {
    watch_->once(guarded([this] { read(); }));
    const bool lively = Clock::now() - last_entry_ < lively_for;
    read_again_after(lively ? std::min(glance, reader_.timeout()) : reader_.timeout());
  }

  void read() {
    if (paused()) return;
    if (!look_at_files()) return;
    for (int i = 0; i < entries_per_wake_up; ++i) {
      const auto step = reader_.next(item_);
      count().malformed = reader_.unreadable() + nothing_said_;
      if (step.has_error()) return fail(wrong(step.error().what));
      if (*step == JournalReader::Step::end) return rest();
      const bool goes_on = take(item_);
      reader_.commit();
      if (!goes_on || paused()) return;
    }
    read_again_after(std::chrono::microseconds(0));
  }

  /// Nothing where the journal broke.
  std::optional<JournalReader::News> look_at_files() {
    const auto news = reader_.process();
    if (news.has_error()) {
      fail(wrong(news.error().what));
      return std::nullopt;
    }
    if (*news == JournalReader::News::overtaken) lose(DropReason::gap);
    return *news;
  }

  void rest() {
    const auto news = look_at_files();
    if (!news) return;
    if (*news != JournalReader::News::none) return read_again_after(std::chrono::microseconds(0));
    if (!tell_loss()) return;
    if (!is_up()) show_presence();
    count().caught_up = true;
    wait();
  }

  bool take(const JournalItem& item) {
    if (!is_up()) set_up(true);
    last_entry_ = Clock::now();
    const auto fields = item.entry.fields();
    if (fields.pid == own_pid_ || is_own(fields.unit)) return true;
    if (is_suppression(item)) {
      lose(DropReason::suppressed, to_number<std::uint32_t>(item.suppressed).value_or(1));
      return true;
    }
    if (!is_trusted(item, fields.unit)) {
      ++count().dropped[DropReason::untrusted];
      return true;
    }
    if (fields.message.empty()) {
      ++nothing_said_;
      return true;
    }
    return hand_on(fields);
  }

  bool hand_on(syslog::JournalFields fields) {
    const auto size = fields.message.size();
    fields.message = fields.message.substr(0, max_line());
    Delivery delivery{};
    delivery.record = syslog::record_from_journal(fields);
    delivery.line = delivery.record->raw;
    delivery.host = fields.hostname;
    delivery.stamped = syslog::journal_time(fields);
    delivery.received = wall_clock();
    deliver(delivery);
    count().bytes += size;
    if (size > max_line()) ++count().dropped[DropReason::too_long];
    return running();
  }

  JournalOptions options_;
  JournalReader reader_;
  JournalItem item_;
  std::string own_pid_;
  std::array<std::string, 2> own_units_;
  Clock::time_point last_entry_{};
  std::uint64_t nothing_said_ = 0;  // entries without MESSAGE, as a damaged file has them
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Alarm> alarm_;
};

}  // namespace

std::unique_ptr<Source> make_source(JournalOptions options, Sink sink) {
  return std::make_unique<JournalSource>(std::move(options), std::move(sink));
}

}  // namespace ikewatch::source
