#include "yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <streambuf>

namespace ikewatch::rules {
namespace {

/// What this program refuses although YAML allows it; unwinds yaml-cpp's parser, never leaves this file.
struct Refusal {
  std::string what;
  YAML::Mark mark;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(mark, anchor, YamlNode::Kind::null); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { throw Refusal{"an alias (*name); write the value out", mark}; }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, const std::string& value) override {
    add(mark, anchor, YamlNode::Kind::scalar).text = value;
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, anchor, YamlNode::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, anchor, YamlNode::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  void check(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) throw Refusal{"an anchor (&name); write the value out where it is needed", mark};
    if (++count_ > most_yaml_nodes) throw Refusal{"more than 500000 values; split the file", mark};
  }

  static YamlNode node_at(const YAML::Mark& mark, YamlNode::Kind kind) {
    YamlNode node;
    node.kind = kind;
    node.line = static_cast<std::size_t>(mark.line) + 1;
    node.column = static_cast<std::size_t>(mark.column) + 1;
    return node;
  }

  YamlNode& add(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode::Kind kind) {
    check(mark, anchor);
    if (open_.empty()) return root_ = node_at(mark, kind);
    return open_.back().items.emplace_back(node_at(mark, kind));
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode::Kind kind) {
    check(mark, anchor);
    if (open_.size() >= deepest_yaml) throw Refusal{"lists and maps nested more than 16 deep", mark};
    open_.push_back(node_at(mark, kind));
  }

  void close() {
    YamlNode done = std::move(open_.back());
    open_.pop_back();
    (open_.empty() ? root_ : open_.back().items.emplace_back()) = std::move(done);
  }

  std::vector<YamlNode> open_;
  YamlNode root_;
  std::size_t count_ = 0;
};

/// Reads from the caller's bytes without a copy.
class ViewBuffer final : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // streambuf wants it so; a get area is never written
    setg(begin, begin, begin + text.size());
  }
};

YamlTree failed(std::string what, const YAML::Mark& mark) {
  YamlTree out;
  out.error = std::move(what);
  if (mark.line < 0) return out;
  out.line = static_cast<std::size_t>(mark.line) + 1;
  out.column = static_cast<std::size_t>(mark.column) + 1;
  return out;
}

YamlTree parse(std::istream& stream) {
  YAML::Parser parser(stream);
  TreeBuilder builder;
  if (!parser.HandleNextDocument(builder)) return failed("an empty file; it needs 'version: 1'", YAML::Mark::null_mark());
  YamlTree out;
  out.root = builder.take();
  TreeBuilder second;
  if (parser.HandleNextDocument(second)) {
    out = failed("a second YAML document; one file holds one", YAML::Mark::null_mark());
  }
  return out;
}

}  // namespace

std::string_view name_of(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::scalar:
      return "a text";
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
  }
  return "nothing";
}

YamlTree read_yaml(std::string_view text) {
  if (text.size() > largest_yaml) return failed("a file of more than 4 MiB; split it", YAML::Mark::null_mark());
  ViewBuffer buffer(text);
  std::istream stream(&buffer);
  try {
    return parse(stream);
  } catch (const YAML::Exception& error) {
    return failed(error.msg, error.mark);
  } catch (const Refusal& refusal) {
    return failed(refusal.what, refusal.mark);
  }
}

}  // namespace ikewatch::rules
