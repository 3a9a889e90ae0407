#include "batch.hpp"

#include <algorithm>
#include <cstring>

namespace ikewatch::app {
namespace {

constexpr std::size_t most_records_kept = 2 * Batch::most_lines;

}  // namespace

Batch::Batch() { lines_.reserve(most_lines); }

void Batch::add(const source::Delivery& delivery) {
  if (delivery.lost > 0) losses_.push_back({lines_.size(), delivery.lost, delivery.received});
  if (delivery.line.empty()) return;
  Line line;
  line.text = keep(delivery.line);
  line.sender = keep_again(delivery.sender, last_sender_);
  line.host = keep_again(delivery.host, last_host_);
  line.received = delivery.received;
  line.stamped = delivery.stamped;
  if (delivery.record) {
    line.record = records_.size();
    keep_record(*delivery.record, line.text);
  }
  lines_.push_back(line);
}

std::string_view Batch::keep(std::string_view text) {
  if (text.empty()) return {};
  if (blocks_.empty() || blocks_.back().size - used_ < text.size()) {
    const auto size = std::max(most_bytes, text.size());
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
    used_ = 0;
  }
  char* const to = blocks_.back().bytes.get() + used_;
  std::memcpy(to, text.data(), text.size());
  used_ += text.size();
  bytes_ += text.size();
  return {to, text.size()};
}

/// Lines of one sender come together.
std::string_view Batch::keep_again(std::string_view text, std::string_view& last) {
  if (text != last) last = keep(text);
  return last;
}

/// `text` is the copy of the record's line.
void Batch::keep_record(const syslog::Record& record, std::string_view text) {
  syslog::Record& own = records_.emplace_back(record);
  const auto move = [&](std::string_view& view) {
    const bool inside = view.data() >= record.raw.data() && view.data() + view.size() <= record.raw.data() + record.raw.size();
    view = inside ? text.substr(static_cast<std::size_t>(view.data() - record.raw.data()), view.size()) : keep(view);
  };
  own.raw = text;
  for (auto* view :
       {&own.host, &own.program, &own.pid, &own.tag, &own.text, &own.stamp.text, &own.relay_stamp.text, &own.sequence})
    move(*view);
}

Batch::Told& Batch::draft() {
  if (told_.size() == told_count_) told_.emplace_back();
  return told_[told_count_];
}

void Batch::clear() {
  if (blocks_.size() > 1 || (!blocks_.empty() && blocks_.front().size > most_bytes)) blocks_.clear();
  used_ = bytes_ = 0;
  lines_.clear();
  losses_.clear();
  records_.clear();
  if (records_.capacity() > most_records_kept) records_.shrink_to_fit();
  told_count_ = 0;
  last_sender_ = last_host_ = {};
  position.clear();
  counted = {};
  part = 0;
  intake.reset();
  home.reset();
  matcher.reset();
}

}  // namespace ikewatch::app
