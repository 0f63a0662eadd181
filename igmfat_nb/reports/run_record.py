"""What was run, on what, when: enough to run it again and get the same."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime

from igmfat_nb import __version__
from igmfat_nb.language import _
from igmfat_nb.reports.section import Section, made
from igmfat_nb.units import given_text


def run_record_section(
    parameters: Mapping[str, object], inputs: Mapping[str, str], made_on: str
) -> Section:
    """Package version, parameters, SHA-256 of each input, and the date on a line of its own.

    Parameters
    ----------
    parameters : mapping
        As the notebook was run, the seed among them.
    inputs : mapping
        File name → SHA-256 of its content.
    made_on : str
        Date of the run; empty where nobody passed one.
    """
    settings = ", ".join(f"{name} {value}" for name, value in parameters.items() if str(value))
    rows = [
        *((_("SHA-256 of {file}").format(file=file), digest) for file, digest in inputs.items()),
        (_("Parameters"), settings),
        (_("Made by"), f"igmfat_nb {__version__}, Python {platform.python_version()}"),
        (_("Date"), given_text(made_on, "made_on") or _("not recorded")),
    ]
    return Section(_("Run record"), made("record", rows))


def date_of_run() -> str:
    """Date and time for a run record: ``SOURCE_DATE_EPOCH`` where set, else now, in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
