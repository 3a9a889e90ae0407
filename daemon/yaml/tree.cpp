#include <ikewatch/yaml/tree.hpp>

#include "source_text.hpp"
#include "tree_builder.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <streambuf>
#include <utility>

namespace ikewatch::yaml {
namespace {

/// Says where a second document begins, if one does: yaml-cpp's loader would not read it and not say so.
class SecondDocument final : public YAML::EventHandler {
 public:
  explicit SecondDocument(Report& report) : report_(report) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    report_.add(to_mark(mark), "a second YAML document begins here; a file holds one, delete this line or the document");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  Report& report_;
};

/// Reads from bytes that stand elsewhere, without a copy.
class ViewBuffer final : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // streambuf wants it so; a get area is never written
    setg(begin, begin, begin + text.size());
  }
};

/// False when the text could not be read to the end of its first document; what is wrong is then reported.
bool build(std::string_view text, const std::vector<std::string_view>& lines, TreeBuilder& tree, Report& report) {
  ViewBuffer buffer(text);
  std::istream stream(&buffer);
  bool first_is_read = false;
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(tree);
    first_is_read = true;
    SecondDocument second(report);
    parser.HandleNextDocument(second);
  } catch (const YAML::Exception& error) {
    if (first_is_read || !tree.usable()) return tree.usable();
    auto [at, what] = explain_syntax(lines, to_mark(error.mark), error.msg);
    report.add(at, std::move(what));
    return false;
  }
  return tree.usable();
}

}  // namespace

const Node* Node::find(std::string_view name) const {
  if (kind != Kind::map) return nullptr;
  for (const auto& child : children) {
    if (child.key == name) return &child;
  }
  return nullptr;
}

std::string_view name_of(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::scalar:
      return "a text";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
    case Node::Kind::missing:
    case Node::Kind::refused:
      break;
  }
  return "nothing";
}

std::optional<Tree> read(std::string_view text, const Limits& limits, Report& report) {
  if (text.size() > limits.bytes) {
    report.add(Mark{}, "the file has " + std::to_string(text.size()) + " bytes, at most " + std::to_string(limits.bytes) +
                           " are read; is it the right file?");
    return std::nullopt;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto lines = split_lines(text);
  if (!check_bytes(lines, report)) return std::nullopt;
  auto memory = std::make_unique<Tree::Memory>(2 * text.size() + 1024);  // nodes and texts of most files
  TreeBuilder tree(lines, limits, *memory, report);
  const std::string copy = text.find('\t') == std::string_view::npos ? std::string{} : without_stray_tabs(text, lines);
  if (!build(copy.empty() ? text : copy, lines, tree, report)) return std::nullopt;
  return Tree(std::move(memory), tree.root());
}

}  // namespace ikewatch::yaml
