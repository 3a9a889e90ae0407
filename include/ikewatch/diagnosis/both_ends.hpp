// Two ends, one cause: what the log of one end says about the tunnel as the other end saw it. Role: pairs of findings -> what an
// end should adopt. Threads: pure functions.
#pragma once

#include <ikewatch/diagnosis/case_file.hpp>

#include <optional>
#include <string_view>

namespace ikewatch::diagnosis {

/// The present knowledge of one end: its leading finding (null: none), its gateway's name, and whether its tunnel stands.
struct End {
  const Finding* leading = nullptr;
  std::string_view gateway;
  bool up = false;
};

/// What `here` should adopt from `there`: the finding of the end that knows better, with its sides exchanged. Nothing where
/// `here` knows as much itself, or where the tunnel stands as `there` sees it. An end that still believes in a tunnel which the
/// other one lost does adopt.
std::optional<Finding> adopt(const End& here, const End& there);

/// Both ends only saw the other one fall silent after it had answered: neither refused in words, which is what keys that differ
/// look like in main mode (RFC 2409 section 5.4: message 5 cannot be decrypted, so nobody can say what is wrong).
bool silent_refusal_at_both(const End& a, const End& b);
/// What each end learns from that; `own` is its time-out.
Finding differing_keys(const Finding& own);

}  // namespace ikewatch::diagnosis
