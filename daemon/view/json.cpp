#include <ikewatch/view/json.hpp>

#include <ikewatch/base/text.hpp>

#if defined(__SSE2__)
#define RAPIDJSON_SSE2  // strings are scanned sixteen bytes at a time
#endif
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdio>

namespace ikewatch::view {
namespace {

using Stream = rapidjson::StringBuffer;
using Writer = rapidjson::Writer<Stream>;

/// Bytes that are handed on at once.
constexpr std::size_t piece = 64 * 1024;

/// Names of gateways come from headers that anybody may write: what is not UTF-8 must not become JSON (RFC 8259 section 8.1).
void put(Writer& out, std::string_view text) {
  const std::string safe = is_printable(text) ? std::string{} : to_printable(text);
  if (!safe.empty()) text = safe;
  out.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}
void put_key(Writer& out, std::string_view key) { out.Key(key.data(), static_cast<rapidjson::SizeType>(key.size())); }

void put(Writer& out, std::string_view key, std::string_view value) {
  put_key(out, key);
  put(out, value);
}

void put(Writer& out, std::string_view key, std::uint64_t value) {
  put_key(out, key);
  out.Uint64(value);
}

void put(Writer& out, std::string_view key, const std::optional<std::string>& value) {
  put_key(out, key);
  if (value) put(out, std::string_view(*value));
  if (!value) out.Null();
}

void put_nullable(Writer& out, std::string_view key, std::string_view text) {
  put_key(out, key);
  if (text.empty()) return void(out.Null());
  put(out, to_printable(text));
}

void put_time(Writer& out, std::string_view key, const std::optional<WallTime>& time) {
  put_key(out, key);
  if (time) put(out, to_iso8601(*time));
  if (!time) out.Null();
}

void put_flag(Writer& out, std::string_view key, bool value) {
  put_key(out, key);
  out.Bool(value);
}

void put_spi(Writer& out, std::string_view key, std::optional<std::uint32_t> spi) {
  put_key(out, key);
  if (!spi) return void(out.Null());
  char text[16];
  const int length = std::snprintf(text, sizeof text, "0x%08x", *spi);
  put(out, std::string_view(text, static_cast<std::size_t>(length)));
}

void put_lines(Writer& out, const LineCounts& lines) {
  put_key(out, "lines");
  out.StartObject();
  put(out, "total", lines.total);
  put(out, "vpn", lines.vpn);
  put(out, "matched", lines.matched);
  put(out, "unmatched", lines.unmatched());
  put(out, "other", lines.other());
  out.EndObject();
}

void put_child(Writer& out, const engine::ChildView& child) {
  out.StartObject();
  put(out, "state", tunnel::name_of(child.state));
  put_spi(out, "spi_in", child.spi_in);
  put_spi(out, "spi_out", child.spi_out);
  put(out, "local_ts", child.local_ts);
  put(out, "remote_ts", child.remote_ts);
  out.EndObject();
}

void put_evidence(Writer& out, const engine::EvidenceView& evidence) {
  out.StartObject();
  put(out, "line", evidence.line);
  put(out, "text", std::string_view(evidence.text));
  out.EndObject();
}

void put_diagnosis(Writer& out, const engine::DiagnosisView& diagnosis) {
  out.StartObject();
  put(out, "cause", rules::name_of(diagnosis.cause));
  put(out, "side", rules::name_of(diagnosis.side));
  put(out, "confidence", rules::name_of(diagnosis.confidence));
  put_flag(out, "resolved", diagnosis.resolved);
  put(out, "count", diagnosis.count);
  put(out, "first_line", diagnosis.first_line);
  put(out, "last_line", diagnosis.last_line);
  put_key(out, "evidence");
  out.StartArray();
  for (const auto& evidence : diagnosis.evidence) put_evidence(out, evidence);
  out.EndArray();
  put(out, "summary", std::string_view(diagnosis.summary));
  put(out, "explanation", std::string_view(diagnosis.explanation));
  put_key(out, "checks");
  out.StartArray();
  for (const auto& check : diagnosis.checks) put(out, check);
  out.EndArray();
  out.EndObject();
}

void put_diagnoses(Writer& out, const std::vector<engine::DiagnosisView>& diagnoses) {
  put_key(out, "diagnoses");
  out.StartArray();
  for (const auto& diagnosis : diagnoses) put_diagnosis(out, diagnosis);
  out.EndArray();
}

void put_entry(Writer& out, const engine::TimelineView& entry) {
  out.StartObject();
  put(out, "line", entry.line);
  put_time(out, "time", entry.time);
  put(out, "event", rules::name_of(entry.event));
  put(out, "state", tunnel::name_of(entry.state));
  put(out, "text", std::string_view(entry.text));
  out.EndObject();
}

void put_members(Writer& out, const engine::TunnelView& tunnel) {
  put(out, "gateway", std::string_view(tunnel.gateway));
  put(out, "peer", std::string_view(tunnel.peer));
  put(out, "name", std::string_view(tunnel.name));
  put(out, "dialect", std::string_view(tunnel.dialect));
  put(out, "state", tunnel::name_of(tunnel.state));
  put_flag(out, "flapping", tunnel.flapping);
  put(out, "phase1", tunnel::name_of(tunnel.phase1));
  put_key(out, "children");
  out.StartArray();
  for (const auto& child : tunnel.children) put_child(out, child);
  out.EndArray();
  put_diagnoses(out, tunnel.diagnoses);
  put_key(out, "timeline");
  out.StartArray();
  for (const auto& entry : tunnel.timeline) put_entry(out, entry);
  out.EndArray();
}

void put_tunnel(Writer& out, const engine::TunnelView& tunnel) {
  out.StartObject();
  put_members(out, tunnel);
  out.EndObject();
}

constexpr std::string_view kinds[] = {"state", "flapping", "diagnosis"};  // in the order of ChangeKind

/// What did not change stands there too: each entry tells the whole.
void put_change(Writer& out, const engine::Change& change) {
  out.StartObject();
  put_time(out, "time", change.at);
  put(out, "change", kinds[static_cast<std::size_t>(change.kind)]);
  put(out, "gateway", std::string_view(change.gateway));
  put(out, "tunnel", std::string_view(change.tunnel));
  put(out, "peer", std::string_view(change.peer));
  put(out, "from", tunnel::name_of(change.from));
  put(out, "state", tunnel::name_of(change.to));
  put_flag(out, "flapping", change.flapping);
  const bool ails = change.cause != rules::Cause::none;
  put_nullable(out, "cause", ails ? rules::name_of(change.cause) : std::string_view{});
  put_nullable(out, "side", ails ? rules::name_of(change.side) : std::string_view{});
  put_nullable(out, "confidence", ails ? rules::name_of(change.confidence) : std::string_view{});
  put(out, "text", std::string_view(change.text));
  out.EndObject();
}

void put_history(Writer& out, std::span<const engine::Change> history) {
  out.StartArray();
  for (const auto& change : history) put_change(out, change);
  out.EndArray();
}

template <class Fill>
std::string document(const Fill& fill) {
  Stream stream;
  Writer writer(stream);
  fill(writer);
  return {stream.GetString(), stream.GetSize()};
}

}  // namespace

struct ReportWriter::Impl {
  explicit Impl(Write sink) : write(std::move(sink)), writer(stream) {}
  void drain(std::size_t at_least) {
    if (stream.GetSize() < at_least) return;
    write({stream.GetString(), stream.GetSize()});
    stream.Clear();
  }
  Write write;
  Stream stream;
  Writer writer;
};

ReportWriter::ReportWriter(Write write) : impl_(std::make_unique<Impl>(std::move(write))) {}
ReportWriter::~ReportWriter() = default;

void ReportWriter::begin(const LineCounts& lines) {
  Writer& out = impl_->writer;
  out.StartObject();
  put(out, "version", std::uint64_t{1});
  put_lines(out, lines);
  put_key(out, "tunnels");
  out.StartArray();
}

void ReportWriter::tunnel(const engine::TunnelView& tunnel) {
  put_tunnel(impl_->writer, tunnel);
  impl_->drain(piece);
}

void ReportWriter::end(const std::vector<engine::DiagnosisView>& unattributed) {
  Writer& out = impl_->writer;
  out.EndArray();
  put_key(out, "unattributed");
  out.StartObject();
  put_diagnoses(out, unattributed);
  out.EndObject();
  out.EndObject();
  impl_->stream.Put('\n');
  impl_->drain(0);
}

std::string to_json(const engine::TunnelView& tunnel) {
  return document([&](Writer& out) { put_tunnel(out, tunnel); });
}

std::string to_json(const std::vector<engine::TunnelView>& tunnels) {
  return document([&](Writer& out) {
    out.StartArray();
    for (const auto& tunnel : tunnels) put_tunnel(out, tunnel);
    out.EndArray();
  });
}

std::string to_json(const engine::TunnelView& tunnel, const std::vector<engine::Change>& history) {
  return document([&](Writer& out) {
    out.StartObject();
    put_members(out, tunnel);
    put_key(out, "history");
    put_history(out, history);
    out.EndObject();
  });
}

std::string to_json(std::span<const engine::Change> history) {
  return document([&](Writer& out) { put_history(out, history); });
}

std::string to_json(std::string_view name, std::string_view text) {
  return document([&](Writer& out) {
    out.StartObject();
    put(out, name, text);
    out.EndObject();
  });
}

void append_event(std::string& text, const EventLine& line, const rules::RuleSet& rules) {
  const auto fill = [&](Writer& out) {
    const bool known = line.event != nullptr;
    out.StartObject();
    put(out, "line", line.line);
    put_time(out, "time", line.time);
    put_nullable(out, "gateway", line.gateway);
    put(out, "dialect", rules.dialect_name(line.verdict.dialect));
    put_nullable(out, "rule", known ? std::string_view(line.event->rule->id) : std::string_view{});
    put(out, "event", known ? rules::name_of(line.event->kind) : std::string_view("unmatched"));
    put_nullable(out, "peer", line.peer);
    put_nullable(out, "cause",
                 known && line.event->cause != rules::Cause::none ? rules::name_of(line.event->cause) : std::string_view{});
    put_key(out, "fields");
    out.StartObject();
    if (known) {
      for (const rules::Field& field : line.event->all_fields())
        put(out, rules.field_name(field.id), std::string_view(to_printable(field.text)));
    }
    out.EndObject();
    out.EndObject();
  };
  text += document(fill);
  text += '\n';
}

}  // namespace ikewatch::view
