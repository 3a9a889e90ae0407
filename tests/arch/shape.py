#!/usr/bin/env python3
"""Checks that no function is longer than 60 lines and that every file has less than 400. A lambda counts to its function.

usage: shape.py SOURCE_DIR            problems, one a line
       shape.py SOURCE_DIR --longest  every function with its length, the longest first
"""
import pathlib
import re
import sys

MOST_LINES = 60    # of a function, from the first line of its head to its closing brace
FILE_LINES = 400
FOLDERS = ("daemon", "include", "tests")
EXCEPT = {  # (file, function): why a length is no fault there
    ("tests/unit/syslog/cisco_samples.hpp", "cisco_samples"): "a table of lines and what their headers say",
    ("tests/unit/syslog/unix_samples.hpp", "unix_samples"): "the same",
}

NOISE = re.compile(r"""
    //[^\n]* | /\*.*?\*/                                   # comments
  | R"(?P<mark>[^\s()\\"]*)\(.*?\)(?P=mark)"               # raw strings
  | "(?:\\.|[^"\\\n])*" | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'  # strings; a ' between digits parts them
  | ^[ \t]*\#(?:\\\n|[^\n])*                               # preprocessor
""", re.VERBOSE | re.DOTALL | re.MULTILINE)
SPACE = re.compile(r"\b(?:namespace|extern)\b[^()=]*$")
TYPE = re.compile(r"(?:^|\s)(?:class|struct|union|enum)\b[^()=]*$|^(?:class|struct|union)\s+alignas\([^()]*\)[^()=]*$")
INITIALISERS = re.compile(r"\)[^()]*?(?<!:):(?!:)")        # behind the parameters of a constructor


def without_noise(text):
    """The same lines with nothing in comments, strings and directives that could be taken for code."""
    return NOISE.sub(lambda found: "\n" * found.group().count("\n") or ('""' if found.group()[0] in "\"'R" else ""), text)


def pairs(code):
    """For each opening brace or parenthesis the place of its partner."""
    partner, opened = {}, []
    for place, char in enumerate(code):
        if char in "{(":
            opened.append(place)
        elif char in "})" and opened:
            partner[opened.pop()] = place
    return partner


def without(pattern, text):
    """Also where one stands within another."""
    while (shorter := re.sub(pattern, "", text)) != text:
        text = shorter
    return text


def is_function(head):
    """Whether a brace behind this text, at the level of namespaces and classes, opens a body."""
    plain = re.sub(r"\([^()]*\)", "()", without(r"<[^<>]*>", head))
    before_parameters = plain.split("(")[0]
    assigned = "=" in before_parameters and "operator" not in before_parameters
    if INITIALISERS.search(plain) and re.search(r"[\w>]\s*$", head) and not re.search(r"\b(?:const|noexcept|override|final)\s*$", head):
        return False  # of a member, which is initialised in braces
    return "(" in plain and (not assigned or bool(re.search(r"=\s*\[", plain)))


def name_of(head):
    test = re.search(r"\b(TEST(?:_[FP])?)\s*\(\s*(\w+)\s*,\s*(\w+)", head)
    if test:
        return f"{test.group(2)}.{test.group(3)}"
    found = re.search(r"((?:\w+::)*~?(?:operator\s*(?:\(\)|[^\s\w(]+)|\w+))\s*\(", head)
    return found.group(1) if found else re.sub(r"\s+", " ", head)[-40:]


def functions(text):
    """(name, first line, last line) of every function."""
    code = without_noise(text)
    partner = pairs(code)
    head, place = 0, 0
    while place < len(code):
        char = code[place]
        if char == "(":
            place = partner.get(place, place)
        elif char in ";}":
            head = place + 1
        elif char == "{":
            words = re.sub(r"^(?:\s*(?:public|private|protected)\s*:(?!:))+", "", code[head:place])
            start = place - len(words.lstrip())
            if SPACE.search(words) or TYPE.search(without(r"<[^<>]*>", words)):
                head = place + 1
            else:
                end = partner.get(place, len(code) - 1)
                if is_function(words):
                    yield name_of(words), code.count("\n", 0, start) + 1, code.count("\n", 0, end) + 1
                    head = end + 1
                place = end
        place += 1


def self_test():
    """A counter that overlooks functions would be content with everything."""
    sample = '''
namespace a { enum class E { x, y };
struct S final : B<int> {
  S() : a_{1}, b_(2) { f({}); }
  explicit S(T t = {}) noexcept : a_{t} {}
 private: int g() const override { return '{' + 1'000; }  // {
  bool operator()(int) const { if (a) { b(); } return "}"; }
  int a_ = 0; T t{};
};
constexpr T table[] = {{1, f(2)}, {3, 4}};
const auto late = [](int x) { return x; };
template <class T, class U = V<T>>
auto h(T t) -> std::vector<int> {
  const auto l = [&] { return R"x(})x"; };
}
TEST(A, B) { }
}'''
    found = [name for name, _, _ in functions(sample)]
    wanted = ["S", "S", "g", "operator()", "late", "h", "A.B"]
    found = ["late" if "late" in name else name for name in found]
    if found != wanted:
        sys.exit(f"shape.py no longer reads C++: {found} instead of {wanted}")


def check(root):
    unused = set(EXCEPT)
    for path in sorted(p for folder in FOLDERS for p in (root / folder).rglob("*") if p.suffix in (".cpp", ".hpp")):
        file = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines >= FILE_LINES:
            yield f"{file}: {lines} lines; a file has less than {FILE_LINES}"
        for name, first, last in functions(text):
            if last - first + 1 <= MOST_LINES:
                continue
            if (file, name) in EXCEPT:
                unused.discard((file, name))
            else:
                yield f"{file}:{first}: {name} has {last - first + 1} lines; {MOST_LINES} are the limit"
    for file, name in sorted(unused):
        yield f"{file}: {name} needs no exception in {pathlib.Path(__file__).name} any more"


def main(root, *options):
    self_test()
    if options == ("--longest",):
        found = [(last - first + 1, f"{path.relative_to(root)}:{first}", name) for folder in FOLDERS
                 for path in (root / folder).rglob("*") if path.suffix in (".cpp", ".hpp")
                 for name, first, last in functions(path.read_text(encoding="utf-8"))]
        print("\n".join(f"{length:4} {place} {name}" for length, place, name in sorted(found, reverse=True)))
        return
    problems = list(check(root))
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


main(pathlib.Path(sys.argv[1]).resolve(), *sys.argv[2:])
