#include "pack_reader.hpp"

#include "rule_reader.hpp"
#include "strict_map.hpp"
#include "yaml_tree.hpp"

namespace ikewatch::rules {
namespace {

void read_version(const YamlNode& node, ProblemLog& log, Pack&) {
  if (const auto version = read_text(node, "version", log); version.given() && version.text != "1") {
    log.add(node, "version '" + version.text + "' of the pack format; this program reads version 1");
  }
}

void read_dialect(const YamlNode& node, ProblemLog& log, Pack& pack) {
  pack.dialect = read_text(node, "dialect", log);
  if (pack.dialect.given() && !is_kebab(pack.dialect.text)) {
    log.add(node, "dialect '" + pack.dialect.text + "'; write small letters, digits and '-'");
  }
}

void read_prefix_kind(const YamlNode& node, ProblemLog& log, Pack& pack) {
  pack.prefix = read_text(node, "prefix", log);
  pack.prefix_kind = read_word<PrefixKind>(node, "prefix", prefix_named, prefix_names(), log).value_or(PrefixKind::none);
}

void read_programs(const YamlNode& node, ProblemLog& log, Pack& pack) { pack.programs = read_texts(node, "programs", log); }
void read_tags(const YamlNode& node, ProblemLog& log, Pack& pack) { pack.tags = read_texts(node, "tags", log); }
void read_openers(const YamlNode& node, ProblemLog& log, Pack& pack) { pack.openers = read_texts(node, "openers", log); }

constexpr MapKey<Pack> claim_keys[]{{"programs", read_programs}, {"tags", read_tags}, {"openers", read_openers}};

void read_claims(const YamlNode& node, ProblemLog& log, Pack& pack) { read_map<Pack>(node, "claims", claim_keys, log, pack); }

void read_rules(const YamlNode& node, ProblemLog& log, Pack& pack) {
  if (!expect(node, YamlNode::Kind::list, "rules", log)) return;
  if (node.items.size() > most_rules_per_pack) return log.add(node, "more than 20000 rules in one file; split it");
  pack.rules.reserve(node.items.size());
  for (const YamlNode& item : node.items) pack.rules.push_back(read_rule(item, log));
}

constexpr MapKey<Pack> pack_keys[]{
    {"version", read_version}, {"dialect", read_dialect}, {"prefix", read_prefix_kind},
    {"claims", read_claims},   {"rules", read_rules},
};

bool has_key(const YamlNode& map, std::string_view name) {
  for (std::size_t i = 0; i < map.pair_count(); ++i) {
    if (map.key(i).text == name) return true;
  }
  return false;
}

void check_required(const YamlNode& root, ProblemLog& log) {
  for (const std::string_view name : {"version", "dialect", "rules"}) {
    if (!has_key(root, name))
      log.add(root, "the pack has no '" + std::string(name) + "'; every pack needs version, dialect and rules");
  }
}

}  // namespace

Pack read_pack(const PackText& text, Problems& problems) {
  Pack pack;
  ProblemLog log(text.name, most_problems_per_pack, problems);
  const YamlTree tree = read_yaml(text.text);
  if (!tree.error.empty()) {
    log.add(Place{text.name, tree.line, tree.column}, tree.error);
    return pack;
  }
  read_map<Pack>(tree.root, "the pack", pack_keys, log, pack);
  if (tree.root.kind == YamlNode::Kind::map) check_required(tree.root, log);
  return pack;
}

}  // namespace ikewatch::rules
