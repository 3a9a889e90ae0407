// What a line means, as far as that needs no memory of other lines: header, gateway, rule, fields, time. Role: the workers' part
// of the way of a line. Ownership: copies of the configuration's names, shared ownership of the rules; immutable, a reload makes
// another one. Threads: match() is const and safe from any number of threads, each with its own batch.
#pragma once

#include "batch.hpp"
#include "gateways.hpp"

#include <ikewatch/config/settings.hpp>
#include <ikewatch/rules/rule_set.hpp>

#include <memory>
#include <string>

namespace ikewatch::app {

class Matcher {
 public:
  Matcher() = default;
  Matcher(const Matcher&) = delete;
  Matcher& operator=(const Matcher&) = delete;
  virtual ~Matcher() = default;

  /// Fills in what the lines of the batch tell.
  virtual void match(Batch& batch) const = 0;
};

class LineMatcher final : public Matcher {
 public:
  LineMatcher(std::shared_ptr<const rules::RuleSet> rules, const config::Settings& settings, std::string hostname);

  void match(Batch& batch) const override;

 private:
  bool match(const Batch::Line& line, const syslog::Record& record, Batch::Told& told) const;
  [[nodiscard]] std::string_view gateway_of(const Batch::Line& line, const syslog::Record& record) const;
  [[nodiscard]] std::optional<WallTime> time_of(const Batch::Line& line, const syslog::Record& record,
                                                std::string_view gateway) const;

  std::shared_ptr<const rules::RuleSet> rules_;
  GatewayNames names_;
  std::string own_;  // the name of this host as a gateway
  std::string hostname_;
};

}  // namespace ikewatch::app
