"""``--config FILE``: defaults of options, a table a command, as they would be typed.

No file is looked for: a default that nobody named would change numbers unseen. A
patient has no defaults.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.files import read_whole
from igmfat_nb.language import _

#: Options that say who the patient is, or what is true of them.
OF_A_PATIENT = frozenset(
    ("sex", "age", "height-cm", "weight-kg", "haematocrit", "igm", "igm-unit", "answer", "dose")
)
_MOST_BYTES = 100_000


def read_defaults(path: Path, group: click.Group) -> dict[str, Any]:
    """Read and check a file, before any command runs.

    Returns
    -------
    dict
        As click takes it: command → (subcommand →) parameter → value.

    Raises
    ------
    UnreadableInput
        If it is no TOML, or names a command, option or value that there is not.
    """
    try:
        document = tomllib.loads(read_whole(path, _MOST_BYTES).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = _("{file} is not TOML: {reason}.")
        raise UnreadableInput(message.format(file=path, reason=error)) from error
    return _of_group(document, group, path, ())


def _of_group(
    document: Mapping[str, Any], group: click.Group, path: Path, above: tuple[str, ...]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    context = click.Context(group)
    for name, table in document.items():
        command = group.get_command(context, name)
        if command is None or not isinstance(table, dict):
            message = _("{file}: [{name}] is no command; expected one of {names}.")
            names = ", ".join(group.list_commands(context))
            shown = " ".join((*above, name))
            raise UnreadableInput(message.format(file=path, name=shown, names=names))
        inner = (*above, name)
        found[name] = (
            _of_group(table, command, path, inner)
            if isinstance(command, click.Group)
            else _of_command(table, command, path, inner)
        )
    return found


def _of_command(
    table: Mapping[str, Any], command: click.Command, path: Path, inner: tuple[str, ...]
) -> dict[str, Any]:
    options = {
        word.removeprefix("--"): one
        for one in command.params
        if isinstance(one, click.Option)
        for word in (*one.opts, *one.secondary_opts)
        if word.startswith("--")
    }
    found: dict[str, Any] = {}
    for name, value in table.items():
        where = {"file": path, "command": " ".join(inner), "name": name}
        if name in OF_A_PATIENT:
            message = _("{file}: [{command}] {name} is a patient's, who has no defaults.")
            raise UnreadableInput(message.format(**where))
        if name not in options:
            message = _("{file}: [{command}] has no option {name}; expected one of {names}.")
            names = ", ".join(sorted(set(options) - OF_A_PATIENT))
            raise UnreadableInput(message.format(**where, names=names))
        found[str(options[name].name)] = _typed(value, options[name], name, where)
    return found


def _typed(value: Any, option: click.Option, name: str, where: Mapping[str, Any]) -> Any:
    """The value as it would be typed, or a truth value of an option that is one."""
    if option.is_flag:
        if isinstance(value, bool):
            return value if f"--{name}" in option.opts else not value
        raise UnreadableInput(_("{file}: [{command}] {name} is true or false.").format(**where))
    if option.multiple:
        return [_text(one, where) for one in (value if isinstance(value, list) else [value])]
    return _text(value, where)


def _text(value: Any, where: Mapping[str, Any]) -> str:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise UnreadableInput(_("{file}: [{command}] {name} is no text or number.").format(**where))


def said(defaults: Mapping[str, Any]) -> str:
    """The defaults of one command, as a reader would name them."""
    inner = [said(value) for value in defaults.values() if isinstance(value, dict)]
    own = [f"{name} {value}" for name, value in defaults.items() if not isinstance(value, dict)]
    return ", ".join([*own, *filter(None, inner)])
