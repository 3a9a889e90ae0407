// The rows that one tunnel has in the database. Role: TunnelMemory -> tables and columns, in one place for writing and for the
// fingerprint. Ownership: none. Threads: pure functions.
#pragma once

#include <ikewatch/engine/memory.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ikewatch::store {

/// What is written is bounded, whatever the engine holds. Bytes.
inline constexpr std::size_t max_name =
    512;  // a gateway or a peer; a tunnel with a longer one is not saved, a cut name is another tunnel
inline constexpr std::size_t max_dialect = 64;
inline constexpr std::size_t max_note = 512;
inline constexpr std::size_t max_evidence_text = 1024;
inline constexpr std::size_t max_position = 65536;  // of a source's name, and of its position
/// Rows of one tunnel in one table, and lines of one finding.
inline constexpr std::size_t max_rows = 256;
inline constexpr std::size_t max_evidence_rows = 16;

/// The numbers of the tables are part of saved fingerprints.
enum class Table : std::uint8_t { tunnels, ike_sas, child_sas, failures, findings, evidence };
inline constexpr std::size_t tables = 6;

/// Takes rows column by column, in the order of the schema and without the tunnel's id.
class RowSink {
 public:
  virtual ~RowSink() = default;
  virtual void begin(Table table) = 0;
  virtual void number(std::int64_t value) = 0;
  virtual void text(std::string_view value) = 0;
  virtual void null() = 0;
  virtual void end() = 0;
};

/// FNV-1a, 64 bits, of all columns (draft-eastlake-fnv). Every value is preceded by its kind and its length, so that no two lists
/// of values look alike.
class Hash final : public RowSink {
 public:
  void begin(Table table) override;
  void number(std::int64_t value) override;
  void text(std::string_view value) override;
  void null() override { mix('0'); }
  void end() override { mix('e'); }
  [[nodiscard]] std::int64_t value() const { return static_cast<std::int64_t>(hash_); }

 private:
  void mix(std::uint8_t byte) { hash_ = (hash_ ^ byte) * 0x100000001b3u; }

  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

/// All rows of a tunnel, its own first. A change here is a new schema version: saved fingerprints depend on it.
void put(RowSink& sink, const engine::TunnelMemory& tunnel);

/// At most `limit` bytes of `text`, cut between characters where it is UTF-8.
std::string_view cut(std::string_view text, std::size_t limit);

/// The hash of everything that put() gives: tells whether a tunnel changed since it was saved, and whether what is read back is
/// what was written. SQLite itself has no checksums in its main file.
std::int64_t fingerprint(const engine::TunnelMemory& tunnel);
std::int64_t fingerprint(std::string_view source, std::string_view position);

}  // namespace ikewatch::store
