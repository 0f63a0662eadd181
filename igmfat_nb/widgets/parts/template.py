"""Markup from templates: every value is escaped unless the template calls it markup (``safe``)."""

from functools import lru_cache
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from igmfat_nb.widgets.parts.html_template import in_markup

_environment = Environment(
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=in_markup,
)


def filled(template: str, **values: Any) -> str:
    """Fill a template in; words come in as values, translated already.

    Examples
    --------
    >>> filled("<b>{{ name }}</b>", name="1 < 2")
    '<b>1 &lt; 2</b>'
    """
    return _compiled(template).render(values)


@lru_cache(maxsize=256)  # compiled once a process
def _compiled(template: str) -> Template:
    return _environment.from_string(template)
