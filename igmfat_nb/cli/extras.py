"""What a command needs and this installation lacks, in one sentence."""

import re
from importlib import metadata

from igmfat_nb.language import _

#: Modules whose distribution is called otherwise.
_DISTRIBUTION = {
    "fhir": "fhir.resources",
    "IPython": "ipython",
    "markupsafe": "jinja2",  # comes with it
    "yaml": "pyyaml",
}
_SMALLEST_FIRST = ("trial", "fhir", "pages", "reports")
_REQUIREMENT = re.compile(r"(?P<name>[\w.\-]+)[^;]*;.*\bextra == ['\"](?P<extra>\w+)['\"]")


def missing_sentence(module: str | None) -> str | None:
    """Name the extra that brings a module, with the command; None for a module of no extra."""
    top = (module or "").split(".")[0]
    wanted = _spelled(_DISTRIBUTION.get(top, top))
    found = map(_REQUIREMENT.match, metadata.requires("igmfat_nb") or [])
    bringing = {one["extra"] for one in found if one and _spelled(one["name"]) == wanted}
    for extra in _SMALLEST_FIRST:
        if extra in bringing:
            message = _(
                "This needs {module}, which is not installed: pip install 'igmfat_nb[{extra}]'."
            )
            return message.format(module=top, extra=extra)
    return None


def _spelled(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()
