"""A YAML file read whole, or refused with one sentence: no key may be there twice."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from igmfat_nb.errors import MissingInput, UnreadableInput
from igmfat_nb.language import _


class _EachKeyOnce(yaml.SafeLoader):
    """YAML lets the last of two equal keys win without a word; here it is refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                problem = _("“{key}” is there twice").format(key=key)
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """Return what a YAML file holds.

    Raises
    ------
    MissingInput, UnreadableInput
        If there is no such file, or it cannot be read as YAML.
    """
    name = path.name or str(path)
    try:
        # A safe loader: plain data only.
        return yaml.load(path.read_text(encoding="utf-8"), _EachKeyOnce)  # noqa: S506
    except FileNotFoundError as error:
        raise MissingInput(_("There is no file {file}.").format(file=name)) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        message = _("{file} is no readable YAML ({reason}).")
        lines = str(getattr(error, "strerror", None) or error).splitlines()
        raise UnreadableInput(message.format(file=name, reason=lines[0])) from error
