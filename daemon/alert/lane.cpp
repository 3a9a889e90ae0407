#include "lane.hpp"

#include <algorithm>
#include <utility>

namespace ikewatch::alert {
namespace {

bool is_end(const Letter& letter) { return letter.notice.kind == NoticeKind::resolved; }

std::uint64_t seed_of(const LaneStatus& status) {
  return std::hash<std::string>{}(status.receiver) ^ (status.target * 0x9e3779b97f4a7c15ULL);
}

}  // namespace

Lane::Lane(const ReceiverPolicy& policy, std::size_t target, const OutboxLimits& limits) : policy_(policy), limits_(limits) {
  status_.receiver = policy.name;
  status_.target = target;
}

void Lane::adopt(const ReceiverPolicy& policy) {
  const bool other_kind = policy.keeps_state != policy_.keeps_state;
  policy_ = policy;
  status_.disabled = false;
  failures_ = 0;
  not_before_ = Duration{0};
  if (!other_kind) return;
  letters_.clear();
  told_.clear();
}

bool Lane::wants(const Notice& notice) const {
  const auto takes = [&](const std::string& name) {
    return policy_.alerts.empty() || std::ranges::find(policy_.alerts, name) != policy_.alerts.end();
  };
  const auto name = notice.labels.find("alertname");
  return name == notice.labels.end() || takes(name->second);
}

bool Lane::knows(const Notice& notice) const {
  const auto found = told_.find(notice.key);
  return found != told_.end() && found->second == notice.id;
}

void Lane::enqueue(const Notice& notice, Moment now) {
  if (!wants(notice)) return;
  if (status_.disabled) return void(++status_.failures["disabled"]);
  const bool held = std::ranges::any_of(notice.held_by, [&](const std::string& name) {
    return policy_.alerts.empty() || std::ranges::find(policy_.alerts, name) != policy_.alerts.end();
  });
  if (notice.kind != NoticeKind::resolved && held && !knows(notice)) return;
  if (policy_.keeps_state) return keep_state(notice, now);
  if (notice.kind == NoticeKind::resolved) return queue_resolved(notice, now);
  queue_firing(notice, now);
}

void Lane::queue_firing(const Notice& notice, Moment now) {
  const auto waiting =
      std::ranges::find_if(letters_, [&](const Letter& l) { return l.notice.id == notice.id && !is_end(l) && !l.sending; });
  if (waiting != letters_.end()) {
    const auto kind = waiting->notice.kind;
    waiting->notice = notice;
    waiting->notice.kind = kind;
    return;
  }
  const bool on_its_way = std::ranges::any_of(letters_, [&](const Letter& l) { return l.notice.id == notice.id && !is_end(l); });
  if (knows(notice) || on_its_way) {
    if (notice.kind == NoticeKind::updated && policy_.wants_updates) push(notice, false, now);
    return;
  }
  if (notice.kind == NoticeKind::firing) push(notice, false, now);
}

/// The end of what waits still makes one piece of old news of both, and of those before it.
void Lane::queue_resolved(const Notice& notice, Moment now) {
  std::erase_if(letters_,
                [&](const Letter& l) { return l.notice.id == notice.id && l.notice.kind == NoticeKind::updated && !l.sending; });
  const auto firing = std::ranges::find_if(letters_, [&](const Letter& l) { return l.notice.id == notice.id && !is_end(l); });
  if (firing == letters_.end() || firing->sending) {
    if (firing != letters_.end() || knows(notice)) push(notice, true, now);
    return;
  }
  if (knows(notice)) return push(notice, true, now);
  firing->notice = notice;
  firing->must = firing->attempts > 0;  // the answer may have been lost, not the request
  if (!firing->must) merge_into_earlier(firing);
}

/// What failed just now may have ended while it was on its way: then only its end is news.
void Lane::collapse() {
  if (policy_.keeps_state || letters_.empty() || is_end(letters_.front())) return;
  Letter& first = letters_.front();
  const auto end = std::find_if(letters_.begin() + 1, letters_.end(),
                                [&](const Letter& l) { return l.notice.id == first.notice.id && is_end(l); });
  if (end == letters_.end() || knows(first.notice)) return;
  first.notice = end->notice;
  first.must = true;
  letters_.erase(end);
}

void Lane::merge_into_earlier(std::deque<Letter>::iterator letter) {
  const auto earlier = std::find_if(letters_.begin(), letter, [&](const Letter& l) {
    return l.notice.key == letter->notice.key && is_end(l) && !l.must && !l.sending;
  });
  if (earlier == letter) return;
  letter->notice.starts_at = earlier->notice.starts_at;
  letter->notice.times += earlier->notice.times;
  letter->queued = earlier->queued;
  letters_.erase(earlier);
}

void Lane::keep_state(const Notice& notice, Moment now) {
  const auto kept = std::ranges::find_if(letters_, [&](const Letter& l) { return l.notice.key == notice.key; });
  const bool end = notice.kind == NoticeKind::resolved;
  if (kept == letters_.end()) {
    if (end && !knows(notice)) return;
    push(notice, end, now);
    if (!letters_.empty() && end) letters_.back().repeats = limits_.resolved_repeats;
    return;
  }
  if (end && (is_end(*kept) || kept->notice.id != notice.id)) return;
  if (!end && kept->notice.id == notice.id && kept->notice.annotations == notice.annotations && !is_end(*kept)) return;
  kept->notice = notice;
  kept->changed = kept->sending;
  kept->due = now.steady;
  kept->must = end;
  kept->repeats = end ? limits_.resolved_repeats : 0;
  kept->queued = now.wall;
}

void Lane::push(const Notice& notice, bool must, Moment now) {
  make_room();
  Letter letter;
  letter.notice = notice;
  letter.must = must;
  letter.queued = now.wall;
  letter.due = now.steady;
  letters_.push_back(std::move(letter));
}

void Lane::make_room() {
  if (letters_.size() < limits_.waiting) return;
  auto victim = std::ranges::find_if(letters_, [](const Letter& l) { return !l.must && is_end(l) && !l.sending; });
  if (victim == letters_.end()) victim = std::ranges::find_if(letters_, [](const Letter& l) { return !l.must && !l.sending; });
  if (victim == letters_.end()) victim = std::ranges::find_if(letters_, [](const Letter& l) { return !l.sending; });
  if (victim != letters_.end()) drop(victim, "overflow");
}

void Lane::drop(std::deque<Letter>::iterator letter, std::string_view reason) {
  ++status_.failures[std::string(reason)];
  if (!is_end(*letter)) missed_ = reason == "overflow" || missed_;
  letters_.erase(letter);
}

std::vector<Letter*> Lane::next_batch(Moment now) {
  std::vector<Letter*> batch;
  if (!policy_.keeps_state) return letters_.empty() ? batch : std::vector<Letter*>{&letters_.front()};
  for (Letter& letter : letters_) {
    if (letter.due > now.steady || batch.size() >= limits_.batch) continue;
    if (letter.alone && !batch.empty()) continue;
    batch.push_back(&letter);
    if (letter.alone) break;
  }
  return batch;
}

std::optional<Delivery> Lane::due(Moment now) {
  if (busy_ || status_.disabled || now.steady < not_before_) return std::nullopt;
  expire(now);
  const auto batch = next_batch(now);
  if (batch.empty()) return std::nullopt;
  Delivery delivery;
  delivery.receiver = policy_.name;
  delivery.target = status_.target;
  for (Letter* letter : batch) {
    letter->sending = true;
    delivery.attempt = std::max(delivery.attempt, ++letter->attempts);
    delivery.notices.push_back(letter->notice);
  }
  const Notice& first = delivery.notices.front();
  const auto changes = first.kind == NoticeKind::updated ? first.annotations : Texts{};
  delivery.message_id =
      fingerprint(first.id + std::string(name_of(first.kind)) + std::to_string(first.times) + identity(changes));
  busy_ = true;
  ++status_.attempts;
  return delivery;
}

void Lane::settle(const Outcome& outcome, Moment now) {
  if (!busy_) return;
  busy_ = false;
  not_before_ = now.steady + policy_.spacing;
  const Ruling ruling = outcome.failure != Failure::none ? ruling_for(outcome.failure) : ruling_for(outcome.status);
  if (ruling.fate != Fate::delivered) return refused(ruling, outcome, now);
  failures_ = 0;
  status_.failing_since.reset();
  status_.last_reason = {};
  for (Letter& letter : letters_) {
    if (letter.sending) delivered(letter, now);
  }
  std::erase_if(letters_, [](const Letter& letter) { return letter.sending; });
}

/// Letters that stay are no longer `sending` afterwards.
void Lane::delivered(Letter& letter, Moment now) {
  letter.attempts = 0;
  letter.alone = false;
  if (letter.changed || !is_end(letter)) remember(letter.notice);
  if (letter.changed) {
    letter.changed = letter.sending = false;
    return;
  }
  if (is_end(letter) && (!policy_.keeps_state || letter.repeats <= 1)) {
    if (knows(letter.notice)) told_.erase(letter.notice.key);
    return;
  }
  if (!policy_.keeps_state) return;
  if (is_end(letter)) --letter.repeats;
  letter.due = now.steady + limits_.resend;
  letter.sending = false;
}

void Lane::remember(const Notice& notice) {
  if (told_.size() < limits_.told || told_.contains(notice.key)) told_[notice.key] = notice.id;
}

void Lane::refused(const Ruling& ruling, const Outcome& outcome, Moment now) {
  ++status_.failures[std::string(ruling.reason)];
  status_.last_reason = ruling.reason;
  if (!status_.failing_since) status_.failing_since = now.wall;
  if (ruling.fate == Fate::rejected) return reject(now);
  for (Letter& letter : letters_) letter.sending = letter.changed = false;
  collapse();
  if (ruling.fate == Fate::disabled) {
    status_.disabled = true;
    status_.failures["disabled"] += letters_.size();
    return letters_.clear();
  }
  const auto pause = pause_after(++failures_, ruling.fate, seed_of(status_));
  const auto wish = std::min(outcome.retry_after.value_or(Duration{0}), longest_wish);
  not_before_ = now.steady + std::max({pause, wish, policy_.spacing});
}

/// Only of many at once is it unknown which one was meant.
void Lane::reject(Moment now) {
  const auto sent = std::ranges::count_if(letters_, &Letter::sending);
  if (sent > 1) {
    for (Letter& letter : letters_) letter.alone = std::exchange(letter.sending, false) || letter.alone;
  } else {
    std::erase_if(letters_, &Letter::sending);
  }
  not_before_ = now.steady + policy_.spacing;
}

/// One that no attempt could deliver for days must not stand before all others.
void Lane::expire(Moment now) {
  if (policy_.keeps_state || letters_.empty()) return;
  Letter& first = letters_.front();
  if (first.attempts == 0 || now.wall - first.queued < limits_.patience) return;
  const bool superseded =
      std::any_of(letters_.begin() + 1, letters_.end(), [&](const Letter& l) { return l.notice.key == first.notice.key; });
  if (!first.must || superseded) return drop(letters_.begin(), "expired");
  first.queued = now.wall;
  std::rotate(letters_.begin(), letters_.begin() + 1, letters_.end());
}

std::optional<Duration> Lane::next_deadline() const {
  if (busy_ || status_.disabled || letters_.empty()) return std::nullopt;
  if (!policy_.keeps_state) return not_before_;
  const auto next = std::ranges::min(letters_, {}, &Letter::due).due;
  return std::max(next, not_before_);
}

LaneStatus Lane::status() const {
  LaneStatus status = status_;
  for (const Letter& letter : letters_) {
    const bool repeats_only =
        policy_.keeps_state && (is_end(letter) ? letter.repeats < limits_.resolved_repeats : knows(letter.notice));
    if (repeats_only) continue;
    ++status.waiting;
    status.oldest = status.oldest ? std::min(*status.oldest, letter.queued) : letter.queued;
  }
  return status;
}

bool Lane::take_missed() { return letters_.size() * 2 <= limits_.waiting && std::exchange(missed_, false); }

LaneMemory Lane::memory() const {
  LaneMemory memory{status_.receiver, status_.target, {}, told_, status_.disabled};
  for (const Letter& letter : letters_) memory.letters.push_back({letter.notice, letter.must, letter.queued, letter.repeats});
  return memory;
}

void Lane::restore(const LaneMemory& memory, Moment now) {
  status_.disabled = memory.disabled;
  told_ = memory.told;
  for (const LetterMemory& saved : memory.letters) {
    if (letters_.size() >= limits_.waiting) break;
    Letter letter;
    letter.notice = saved.notice;
    letter.must = saved.must;
    letter.queued = saved.queued;
    letter.due = now.steady;
    letter.repeats = saved.repeats;
    letters_.push_back(std::move(letter));
  }
}

}  // namespace ikewatch::alert
