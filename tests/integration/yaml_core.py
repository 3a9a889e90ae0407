"""YAML as editors read it: 1.2 with its core schema, keys as texts. (PyYAML alone reads 1.1, where `on` is true and 12:30 is 750.)"""
import re

import yaml


class CoreLoader(yaml.SafeLoader):
    """Resolves plain scalars by YAML 1.2.2, section 10.3.2."""
    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        pairs = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key that is no scalar", key.start_mark)
            if key.value in pairs:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key.value} twice", key.start_mark)
            pairs[key.value] = self.construct_object(value, deep=True)
        return pairs


def _map(loader, node):
    return loader.construct_mapping(node)


CoreLoader.add_constructor("tag:yaml.org,2002:map", _map)
CoreLoader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value, 0 if node.value[:2] in ("0x", "0o") else 10))
CoreLoader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value.replace(".inf", "inf").replace(".nan", "nan")))
CoreLoader.add_constructor("tag:yaml.org,2002:bool", lambda loader, node: node.value.lower() == "true")
for tag, expression, first in (("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
                               ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
                               ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789")),
                               ("float", r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
                                list("-+0123456789."))):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(expression), first)


def load(text):
    """One document as plain values; yaml.YAMLError where it is none."""
    return yaml.load(text, CoreLoader)
