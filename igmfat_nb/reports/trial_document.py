"""The document of a virtual trial that was run already: that of notebook 91, without a kernel."""

from typing import TYPE_CHECKING, Any

from igmfat_nb import __version__
from igmfat_nb.files import sha256
from igmfat_nb.language import _
from igmfat_nb.reports.document import Document, with_library
from igmfat_nb.reports.run_record import date_of_run
from igmfat_nb.reports.trial_report import TrialReport
from igmfat_nb.trial.design_text import design_yaml

if TYPE_CHECKING:
    from igmfat_nb.widgets.trial.run import Finished


def trial_document(finished: "Finished") -> str:
    """One HTML file of a finished run, which opens offline and prints on A4."""
    import nbformat

    formats: Any = nbformat
    parts = TrialReport(finished, "").parts(date_of_run())
    outputs = [shown for part in parts for shown in part.in_a_document()]
    notebook = formats.from_dict(
        {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [*map(_cell, outputs)]}
    )
    return with_library(Document(_("Virtual trial"), _inputs(finished)).html(notebook))


def _cell(data: dict[str, Any]) -> dict[str, Any]:
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    return {
        "cell_type": "code",
        "source": "",
        "metadata": {},
        "execution_count": None,
        "outputs": [output],
    }


def _inputs(finished: "Finished") -> str:
    """Digest of all that decides the document."""
    settings = f"{finished.trials} {finished.seed} {__version__}"
    return sha256(f"{settings}\n{design_yaml(finished.design)}".encode())
