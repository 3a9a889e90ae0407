#include <ikewatch/diagnosis/both_ends.hpp>

#include <string>

namespace ikewatch::diagnosis {
namespace {

using rules::Cause;
using rules::Side;

Side mirrored(Side side) {
  if (side == Side::local) return Side::remote;
  return side == Side::remote ? Side::local : side;
}

/// Ranks up to here come from a time-out alone.
constexpr std::uint8_t time_out_rank = 25;

bool only_timed_out(const End& end) {
  return end.leading != nullptr && end.leading->cause == Cause::peer_rejected && end.leading->rank <= time_out_rank;
}

}  // namespace

std::optional<Finding> adopt(const End& here, const End& there) {
  // A tunnel that stands at the end that complains needs no explanation at the other.
  if (there.up || there.leading == nullptr) return std::nullopt;
  if (here.leading != nullptr && here.leading->rank >= there.leading->rank) return std::nullopt;
  Finding finding = *there.leading;
  finding.side = mirrored(finding.side);
  finding.note = "The log of " + std::string(there.gateway) + ", the other end, tells it: " + finding.note;
  return finding;
}

bool silent_refusal_at_both(const End& a, const End& b) { return only_timed_out(a) && only_timed_out(b); }

Finding differing_keys(const Finding& own) {
  Finding finding = own;
  finding.cause = Cause::psk_mismatch;
  finding.side = Side::both;
  finding.confidence = rules::Confidence::likely;
  finding.rank = 40;
  finding.note = "Both ends answered each other, then both gave up without a word of refusal in either log.";
  return finding;
}

}  // namespace ikewatch::diagnosis
