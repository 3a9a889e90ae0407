"""The names that a PromQL expression uses, without a grammar: enough to compare them with what is exposed."""
import re

TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|\[[^\]]*\]|[a-zA-Z_:][a-zA-Z0-9_:]*|\d[\w.]*|=~|!~|!=|==|<=|>=|[^\s]|\s+')
WORDS = {"and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", "inf", "nan"}
LISTS = {"by", "without", "on", "ignoring", "group_left", "group_right"}


def names(expression):
    """(metrics, labels that select, labels that group)"""
    tokens = [token for token in TOKEN.findall(expression) if not token.isspace()]
    metrics, selecting, grouping = set(), set(), set()
    braces, in_list = 0, False
    for number, token in enumerate(tokens):
        following = tokens[number + 1] if number + 1 < len(tokens) else ""
        before = tokens[number - 1] if number else ""
        if token == "{":
            braces += 1
        elif token == "}":
            braces -= 1
        elif token == "(" and before in LISTS:
            in_list = True
        elif token == ")" and in_list:
            in_list = False
        elif re.match(r"[a-zA-Z_:]", token):
            if braces:
                selecting.add(token)
            elif in_list:
                grouping.add(token)
            elif token.lower() not in WORDS and following != "(" and following not in LISTS:
                metrics.add(token)
    return metrics, selecting, grouping
