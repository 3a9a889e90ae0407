// The table of keys as constants, for those who read a pack. Role: private to the rules room. Ownership: constants. Threads:
// none.
#pragma once

#include <ikewatch/rules/pack_format.hpp>
#include <ikewatch/rules/vocabulary.hpp>

#include <algorithm>
#include <span>

namespace ikewatch::rules {

inline constexpr PackKey pack_keys_described[] = {
    {.path = "version", .kind = PackKind::version, .required = true, .help = "The version of the format; 1 is the only one."},
    {.path = "dialect",
     .kind = PackKind::dialect,
     .required = true,
     .help = "The log language that the rules are of: racoon, cisco-ios, cisco-asa, or a name of your own."},
    {.path = "prefix",
     .kind = PackKind::word,
     .fallback = "none",
     .words = prefix_words,
     .help = "How the front of the message is read before rules are compared; all packs of a dialect agree on it."},
    {.path = "claims",
     .kind = PackKind::section,
     .help = "Whose lines are of this dialect, even when no rule knows them; those of all packs of a dialect add up."},
    {.path = "claims.programs", .kind = PackKind::texts, .help = "Syslog program names, exact."},
    {.path = "claims.tags",
     .kind = PackKind::texts,
     .help = "Cisco tags without severity, as CRYPTO-*, or ASA numbers, as 713*; * stands for any text."},
    {.path = "claims.openers",
     .kind = PackKind::texts,
     .help = "How the message begins, for lines without program and tag, as debug output has them."},
    {.path = "rules", .kind = PackKind::list, .required = true, .most = 20'000, .help = "The rules; their order says nothing."},
    {.path = "rules[].id",
     .kind = PackKind::identifier,
     .required = true,
     .help = "The dialect, a dot and small words with hyphens; unique over all packs."},
    {.path = "rules[].match",
     .kind = PackKind::texts,
     .most = 256,
     .help = "A template, or a list of them; compared with the whole text behind the prefix."},
    {.path = "rules[].tag",
     .kind = PackKind::text,
     .help =
         "The Cisco tag without severity, as CRYPTO-IKMP_NO_SA, or six digits in quotes; without match, any text of it fits."},
    {.path = "rules[].regex",
     .kind = PackKind::text,
     .help =
         "Instead of match, where no template can say it: an RE2 expression whose named groups (?P<peer>...) are the fields."},
    {.path = "rules[].event",
     .kind = PackKind::word,
     .required = true,
     .words = event_names,
     .help = "What the line means; info where it changes nothing."},
    {.path = "rules[].cause",
     .kind = PackKind::cause,
     .help = "Why the tunnel fails, where the line tells: a cause, or causes by the text of a field."},
    {.path = "rules[].cause.by",
     .kind = PackKind::text,
     .required = true,
     .help = "The field whose text chooses; cookies chooses between silent and answered."},
    {.path = "rules[].cause.default",
     .kind = PackKind::outcome,
     .help = "For every other text; without it, those have no cause."},
    {.path = "rules[].cause.*",
     .kind = PackKind::outcome,
     .help = "For this text of the field: a cause, none for no failure, or a section with the keys that follow."},
    {.path = "rules[].cause.*.cause", .kind = PackKind::word, .words = cause_names, .help = "The cause."},
    {.path = "rules[].cause.*.side", .kind = PackKind::word, .words = side_words, .help = "Instead of the rule's own."},
    {.path = "rules[].cause.*.confidence",
     .kind = PackKind::word,
     .words = confidence_words,
     .help = "Instead of the rule's own."},
    {.path = "rules[].cause.*.rank", .kind = PackKind::number, .most = 100, .help = "Instead of the rule's own."},
    {.path = "rules[].rank",
     .kind = PackKind::number,
     .fallback = "60",
     .most = 100,
     .help = "How much the line tells of the root cause, only with a cause; below 31 it is a consequence."},
    {.path = "rules[].confidence",
     .kind = PackKind::word,
     .fallback = "confirmed",
     .words = confidence_words,
     .help = "How sure the cause is."},
    {.path = "rules[].side",
     .kind = PackKind::word,
     .words = side_words,
     .help = "Who must act; without it, the side that the knowledge base gives the cause."},
    {.path = "rules[].phase",
     .kind = PackKind::number,
     .most = 2,
     .help = "The phase that the line speaks of, 0 for none; without it, that in the name of the event."},
    {.path = "rules[].attribute",
     .kind = PackKind::word,
     .fallback = "automatic",
     .words = attribution_words,
     .help =
         "Which tunnel a line without address belongs to: host is the gateway as a whole, oldest the phase 1 attempt that waits "
         "longest."},
    {.path = "rules[].level", .kind = PackKind::words, .words = level_words, .help = "racoon: only under these level words."},
    {.path = "rules[].fallback",
     .kind = PackKind::boolean,
     .fallback = "false",
     .help =
         "The rule is tried only when no other rule fits; with tag and without match, behind the texts of all other tags too."},
    {.path = "rules[].initiator",
     .kind = PackKind::boolean,
     .fallback = "false",
     .help = "The line tells that this gateway itself began, so its peer is no stranger."},
    {.path = "rules[].ends_session",
     .kind = PackKind::boolean,
     .fallback = "false",
     .help = "With this failure the whole IKE SA is gone too."},
    {.path = "rules[].signal",
     .kind = PackKind::word,
     .words = signal_names,
     .help = "What the line adds to the history of its tunnel, for the inferences."},
    {.path = "rules[].note",
     .kind = PackKind::text,
     .required = true,
     .help = "One sentence that says what the line means; it is shown in reports."},
    {.path = "rules[].examples",
     .kind = PackKind::list,
     .required = true,
     .help = "Lines that prove the rule, at least one; they go the whole way from the header to the matcher."},
    {.path = "rules[].examples[].line",
     .kind = PackKind::text,
     .required = true,
     .help = "The whole line as the device writes it, with header or without."},
    {.path = "rules[].examples[].fields",
     .kind = PackKind::fields,
     .help = "Every field that the line must give, with its text, without the blanks and the dot at the end of the line."},
};

/// Whether a reader's table has exactly the keys that are described below `section`, and wants none that is said to be optional.
template <class Keys>
consteval bool describes(std::string_view section, const Keys& keys) {
  std::size_t described = 0;
  for (const PackKey& key : pack_keys_described) {
    if (key.parent() != section) continue;
    ++described;
    const auto fits = [&](const auto& read) { return read.name == key.key() && (read.remedy.empty() || key.required); };
    if (std::ranges::none_of(keys, fits)) return false;
  }
  return described == std::size(keys);
}

}  // namespace ikewatch::rules
