// Events without logs, for tests of the rooms behind the rules.
#pragma once

#include <ikewatch/rules/event.hpp>
#include <ikewatch/rules/rule_set.hpp>

#include <memory>
#include <string>
#include <vector>

namespace ikewatch::test {

/// `an_event(EventKind::phase2_up).with(FieldId::spi_in, "0x1")`; owns the texts and the rule that the event refers to.
class EventBuilder {
 public:
  explicit EventBuilder(rules::EventKind kind) : rule_(std::make_unique<rules::Rule>()) {
    rule_->event = kind;
    const auto name = rules::name_of(kind);
    rule_->phase = name.starts_with("phase1") ? 1 : name.starts_with("phase2") ? 2 : 0;
    rule_->id = "test." + std::string(name);
    event_.kind = kind;
    event_.rule = rule_.get();
  }
  EventBuilder& with(rules::FieldId id, std::string text) {
    texts_.push_back(std::make_unique<std::string>(std::move(text)));
    event_.fields[event_.field_count++] = {id, *texts_.back()};
    return *this;
  }
  EventBuilder& because(rules::Cause cause, std::uint8_t rank) {
    event_.cause = cause;
    event_.rank = rule_->rank = rank;
    return *this;
  }
  [[nodiscard]] const rules::Event& event() const { return event_; }
  operator const rules::Event&() const { return event_; }  // NOLINT(google-explicit-constructor): reads as a sentence

 private:
  std::unique_ptr<rules::Rule> rule_;
  std::vector<std::unique_ptr<std::string>> texts_;
  rules::Event event_;
};

inline EventBuilder an_event(rules::EventKind kind) { return EventBuilder(kind); }

}  // namespace ikewatch::test
