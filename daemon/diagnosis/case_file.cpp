#include <ikewatch/diagnosis/case_file.hpp>

#include <algorithm>
#include <utility>

namespace ikewatch::diagnosis {
namespace {

/// The order in which findings are told: what is wrong now before what was, the strongest first, the earliest of equals.
bool told_before(const Finding* a, const Finding* b) {
  if (a->resolved != b->resolved) return b->resolved;
  if (a->rank != b->rank) return a->rank > b->rank;
  return a->order < b->order;
}

void keep_evidence(Finding& finding, const Hint& hint) {
  const std::string_view text = hint.text.substr(0, CaseFile::max_text);
  if (finding.evidence.size() < CaseFile::max_evidence) {
    finding.evidence.push_back({hint.line, std::string(text)});
    return;
  }
  // The first lines show how it began; the last one shows that it goes on.
  finding.evidence.back().line = hint.line;
  finding.evidence.back().text.assign(text);
}

void strengthen(Finding& finding, const Hint& hint) {
  if (hint.rank < finding.rank) return;
  if (hint.rank > finding.rank || finding.note.empty()) {
    finding.note = hint.note;
    finding.detail = hint.detail;
  }
  finding.rank = hint.rank;
  finding.side = hint.side;
  finding.confidence = std::max(finding.confidence, hint.confidence);
}

void reopen(Finding& finding) {
  finding.resolved = false;
  finding.rank = 0;
  finding.confidence = rules::Confidence::possible;
}

struct Consequence {
  rules::Cause general;
  rules::Cause special;
};
/// What a daemon says as well once the special cause made it refuse.
constexpr Consequence consequences[] = {
    {rules::Cause::phase2_proposal_mismatch, rules::Cause::pfs_mismatch},
    {rules::Cause::phase2_proposal_mismatch, rules::Cause::lifetime_mismatch},
    {rules::Cause::policy_missing, rules::Cause::proxy_id_mismatch},
    {rules::Cause::cert_untrusted, rules::Cause::cert_expired},
    {rules::Cause::cert_untrusted, rules::Cause::cert_revoked},
    {rules::Cause::cert_untrusted, rules::Cause::cert_identity},
    {rules::Cause::cert_missing, rules::Cause::cert_identity},
    {rules::Cause::psk_mismatch, rules::Cause::cert_expired},
    {rules::Cause::psk_mismatch, rules::Cause::cert_revoked},
    {rules::Cause::psk_mismatch, rules::Cause::cert_untrusted},
};
/// Above this rank a line names its cause itself, and is more than a consequence.
constexpr std::uint8_t general_rank = 60;

bool follows(const Finding& finding, const Finding& root) {
  const auto fits = [&](const Consequence& c) { return c.general == finding.cause && c.special == root.cause; };
  return finding.rank <= general_rank && finding.resolved == root.resolved &&
         std::any_of(std::begin(consequences), std::end(consequences), fits);
}

/// What may be wrong with one of several child SAs while another one is made; all else a new SA disproves.
constexpr rules::Cause of_one_child[] = {
    rules::Cause::phase2_proposal_mismatch,
    rules::Cause::pfs_mismatch,
    rules::Cause::lifetime_mismatch,
    rules::Cause::proxy_id_mismatch,
    rules::Cause::policy_missing,
    rules::Cause::peer_rejected,
    rules::Cause::replay,
    rules::Cause::fragmentation_mtu,
    rules::Cause::anti_spoof_firewall,
    rules::Cause::resource_or_kernel,
    rules::Cause::config_error,
    rules::Cause::auth_failed,
    rules::Cause::vendor_extension,
};

bool concerns_one_child(rules::Cause cause) {
  return std::find(std::begin(of_one_child), std::end(of_one_child), cause) != std::end(of_one_child);
}

}  // namespace

void CaseFile::add(const Hint& hint) {
  const auto same = [&](const Finding& finding) { return finding.cause == hint.cause; };
  auto found = std::find_if(findings_.begin(), findings_.end(), same);
  if (found == findings_.end()) {
    Finding fresh;
    fresh.cause = hint.cause;
    fresh.first_line = hint.line;
    fresh.order = next_order_++;
    found = findings_.insert(findings_.end(), std::move(fresh));
  } else if (found->resolved) {
    reopen(*found);
    found->order = next_order_++;
  }
  ++found->count;
  // A line that waited for its tunnel comes after lines that stand behind it.
  found->first_line = std::min(found->first_line, hint.line);
  found->last_line = std::max(found->last_line, hint.line);
  strengthen(*found, hint);
  keep_evidence(*found, hint);
}

void CaseFile::resolve() {
  for (Finding& finding : findings_) finding.resolved_last = !std::exchange(finding.resolved, true);
}

void CaseFile::reopen_last() {
  for (Finding& finding : findings_) {
    if (finding.resolved_last) finding.resolved = false;
  }
}

void CaseFile::resolve_disproved() {
  for (Finding& finding : findings_) {
    if (!concerns_one_child(finding.cause)) finding.resolved = true;
  }
}

void CaseFile::adopt(const Finding& finding) {
  std::erase_if(findings_, [&](const Finding& own) { return own.cause == finding.cause; });
  findings_.push_back(finding);
  findings_.back().order = next_order_++;
}

const Finding* CaseFile::leading() const {
  const Finding* first = nullptr;
  for (const Finding& finding : findings_) {
    if (first == nullptr || told_before(&finding, first)) first = &finding;
  }
  return first == nullptr || first->resolved ? nullptr : first;
}

std::vector<const Finding*> CaseFile::told() const {
  std::vector<const Finding*> all;
  for (const Finding& finding : findings_) all.push_back(&finding);
  std::sort(all.begin(), all.end(), told_before);
  if (all.empty()) return all;
  const Finding* root = all.front();
  const auto folded = [root](const Finding* finding) {
    return finding != root && root->rank > finding->rank && (finding->rank < consequence_rank || follows(*finding, *root));
  };
  std::erase_if(all, folded);
  if (all.size() > max_told) all.resize(max_told);
  return all;
}

}  // namespace ikewatch::diagnosis
