#include "pack_reader.hpp"

#include <ikewatch/yaml/strict_map.hpp>

#include <algorithm>
#include <iterator>

#include "pack_format.hpp"
#include "rule_reader.hpp"

namespace ikewatch::rules {
namespace {

using yaml::MapKey;
using yaml::Node;
using yaml::Report;

constexpr yaml::Limits pack_limits{.bytes = std::size_t{4} << 20U, .depth = 16, .nodes = 500'000};

void read_version(const Node& node, Report& report, Pack&) {
  if (const auto version = read_text(node, "version", report); version.given() && version.text != "1") {
    report.add(node.at, "version '" + version.text + "' of the pack format; this program reads version 1");
  }
}

void read_dialect(const Node& node, Report& report, Pack& pack) {
  pack.dialect = read_text(node, "dialect", report);
  if (pack.dialect.given() && !is_kebab(pack.dialect.text)) {
    report.add(node.at, "dialect '" + pack.dialect.text + "'; write small letters, digits and '-'");
  }
}

void read_prefix_kind(const Node& node, Report& report, Pack& pack) {
  pack.prefix = read_text(node, "prefix", report);
  pack.prefix_kind = read_word<PrefixKind>(node, "prefix", prefix_named, prefix_names(), report).value_or(PrefixKind::none);
}

void read_programs(const Node& node, Report& report, Pack& pack) { pack.programs = read_texts(node, "programs", report); }
void read_tags(const Node& node, Report& report, Pack& pack) { pack.tags = read_texts(node, "tags", report); }
void read_openers(const Node& node, Report& report, Pack& pack) { pack.openers = read_texts(node, "openers", report); }

constexpr MapKey<Pack> claim_keys[]{{"programs", read_programs}, {"tags", read_tags}, {"openers", read_openers}};
static_assert(describes("claims", claim_keys));

void read_claims(const Node& node, Report& report, Pack& pack) { read_map<Pack>(node, "claims", claim_keys, report, pack); }

void read_rules(const Node& node, Report& report, Pack& pack) {
  if (!expect(node, Node::Kind::list, "rules", report)) return;
  if (node.children.size() > most_rules_per_pack) return report.add(node.at, "more than 20000 rules in one file; split it");
  pack.rules.reserve(node.children.size());
  for (const Node& item : node.children) pack.rules.push_back(read_rule(item, report));
}

constexpr std::string_view needs = "every pack needs version, dialect and rules";
constexpr MapKey<Pack> pack_keys[]{
    {"version", read_version, needs}, {"dialect", read_dialect, needs}, {"prefix", read_prefix_kind},
    {"claims", read_claims},          {"rules", read_rules, needs},
};
static_assert(describes("", pack_keys));

void read_root(const Node& root, Report& report, Pack& pack) {
  if (root.kind == Node::Kind::missing) return report.add(root.at, "an empty file; it needs 'version: 1'");
  read_map<Pack>(root, "the pack", pack_keys, report, pack);
}

}  // namespace

Pack read_pack(const PackText& text, Problems& problems) {
  Pack pack;
  Report report(text.name, pack_quotes);
  if (const auto tree = yaml::read(text.text, pack_limits, report)) read_root(tree->root(), report, pack);
  std::ranges::move(report.take(), std::back_inserter(problems));
  return pack;
}

}  // namespace ikewatch::rules
