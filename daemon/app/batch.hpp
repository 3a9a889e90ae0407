// Lines on their way from a source to the engine, with everything that is found out about them. Role: the one thing that passes
// between threads: filled by a reading loop, matched by a worker, fed by the engine's thread. Ownership: owns the bytes of its
// lines; all views in it point there, into registries, or into what `matcher` keeps alive. Threads: one at a time.
#pragma once

#include <ikewatch/rules/rule_set.hpp>
#include <ikewatch/source/source.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::app {

class Feed;
class Matcher;
struct Intake;

class Batch {
 public:
  static constexpr std::size_t most_lines = 256;
  static constexpr std::size_t most_bytes = std::size_t{64} << 10;  // beyond the last line, which may exceed it

  struct Line {
    std::string_view text;
    std::string_view sender;
    std::string_view host;
    WallTime received;
    std::optional<WallTime> stamped;
    std::optional<std::size_t> record;  // number of its record, where the source made one
  };
  /// Lines that are missing.
  struct Loss {
    std::size_t before = 0;  // number of the line that they should have stood before
    std::uint64_t lines = 0;
    WallTime noticed;
  };
  /// What a line of a known dialect means.
  struct Told {
    std::size_t line = 0;
    std::string_view gateway;
    std::optional<WallTime> time;
    rules::Verdict verdict;
    rules::Event event;
  };

  Batch();

  /// Copies the line; where it has none, only its loss.
  void add(const source::Delivery& delivery);
  [[nodiscard]] bool full() const { return lines_.size() >= most_lines || bytes_ >= most_bytes; }
  [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }
  [[nodiscard]] const std::vector<Loss>& losses() const { return losses_; }
  [[nodiscard]] const syslog::Record& record(std::size_t number) const { return records_[number]; }

  /// Room for the next meaning, which counts once it was kept.
  Told& draft();
  void keep_draft() { ++told_count_; }
  [[nodiscard]] const Told& told(std::size_t number) const { return told_[number]; }
  [[nodiscard]] std::size_t told_count() const { return told_count_; }

  /// As new, with the memory that most batches need.
  void clear();

  std::string position;                    // of the source, behind the last line
  source::Counters counted;                // of the source, at the same moment
  std::size_t part = 0;                    // of a source that is read by several threads
  std::shared_ptr<Intake> intake;          // whose lines they are
  std::shared_ptr<Feed> home;              // where it goes back to
  std::shared_ptr<const Matcher> matcher;  // by which it was matched

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  std::string_view keep(std::string_view text);
  std::string_view keep_again(std::string_view text, std::string_view& last);
  void keep_record(const syslog::Record& record, std::string_view text);

  std::vector<Block> blocks_;
  std::size_t used_ = 0;   // of the last block
  std::size_t bytes_ = 0;  // of all lines
  std::vector<Line> lines_;
  std::vector<Loss> losses_;
  std::vector<syslog::Record> records_;
  std::vector<Told> told_;
  std::size_t told_count_ = 0;
  std::string_view last_sender_;
  std::string_view last_host_;
};

}  // namespace ikewatch::app
