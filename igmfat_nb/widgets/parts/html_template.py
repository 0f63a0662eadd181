"""HTML from templates: what is put into one is escaped, unless a template made it."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from igmfat_nb.notation import kept_together

if TYPE_CHECKING:
    from jinja2.environment import TemplateModule


@dataclass(frozen=True, slots=True)
class Parts:
    """The macros of one template file, each called by its name.

    Parameters
    ----------
    file : Path
        A jinja2 template that holds macros and nothing else.
    """

    file: Path

    def __call__(self, macro: str, *values: object) -> Markup:
        """Fill one macro; a text is escaped, ``Markup`` of another part stands as it is."""
        filled: Markup = getattr(_compiled(self.file), macro)(*values)
        return filled


def in_markup(value: object) -> object:
    """A value as markup has it: no line ends between a number and its unit."""
    return kept_together(value) if type(value) is str else value


# Read once a process: a template is part of the package, and none is changed while it runs.
@lru_cache  # once a process
def _compiled(file: Path) -> "TemplateModule":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(file.parent),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=in_markup,
    )
    return environment.get_template(file.name).module
