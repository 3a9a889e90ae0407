#include <ikewatch/diagnosis/case_file.hpp>

#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::diagnosis {
namespace {

/// The order in which findings are told: what is wrong now before what was, the strongest first, the earliest of equals.
bool told_before(const Finding* a, const Finding* b) {
  if (a->resolved != b->resolved) return b->resolved;
  if (a->rank != b->rank) return a->rank > b->rank;
  return a->order < b->order;
}

void keep_evidence(Finding& finding, const Hint& hint) {
  if (finding.evidence.size() < CaseFile::max_evidence) {
    finding.evidence.push_back({hint.line, to_printable(hint.text)});
    return;
  }
  // The first lines show how it began; the last one shows that it goes on.
  finding.evidence.back().line = hint.line;
  finding.evidence.back().text = to_printable(hint.text);
}

void strengthen(Finding& finding, const Hint& hint) {
  if (hint.rank < finding.rank) return;
  if (hint.rank > finding.rank || finding.note.empty()) finding.note = hint.note;
  finding.rank = hint.rank;
  finding.side = hint.side;
  finding.confidence = std::max(finding.confidence, hint.confidence);
}

void reopen(Finding& finding) {
  finding.resolved = false;
  finding.rank = 0;
  finding.confidence = rules::Confidence::possible;
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
  found->last_line = hint.line;
  strengthen(*found, hint);
  keep_evidence(*found, hint);
}

void CaseFile::resolve() {
  for (Finding& finding : findings_) finding.resolved = true;
}

void CaseFile::adopt(const Finding& finding) {
  std::erase_if(findings_, [&](const Finding& own) { return own.cause == finding.cause; });
  findings_.push_back(finding);
  findings_.back().order = next_order_++;
}

const Finding* CaseFile::leading() const {
  const auto all = told();
  return all.empty() || all.front()->resolved ? nullptr : all.front();
}

std::vector<const Finding*> CaseFile::told() const {
  std::vector<const Finding*> all;
  for (const Finding& finding : findings_) all.push_back(&finding);
  std::sort(all.begin(), all.end(), told_before);
  if (all.empty()) return all;
  const Finding* root = all.front();
  const auto folded = [root](const Finding* finding) {
    return finding != root && finding->rank < consequence_rank && root->rank > finding->rank;
  };
  std::erase_if(all, folded);
  return all;
}

}  // namespace ikewatch::diagnosis
