"""What can be done with a design and with a result: saved, opened, linked to, run elsewhere."""

import json
from collections.abc import Callable

import ipywidgets as ipw

from igmfat_nb.language import _, current, has_decimal_comma
from igmfat_nb.trial.design_text import design_link, design_yaml
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import fold, html, with_classes
from igmfat_nb.widgets.parts.download import DownloadButton, SavedFile
from igmfat_nb.widgets.parts.file_opener import FileOpener
from igmfat_nb.widgets.parts.markup import paragraph
from igmfat_nb.widgets.parts.page_link import PageLink
from igmfat_nb.widgets.parts.turn import Along
from igmfat_nb.widgets.trial.markup import part
from igmfat_nb.widgets.trial.model import TrialModel
from igmfat_nb.widgets.trial.run import Finished

YAML = "application/yaml"
_RUN_FILES = r"manifest\.jsonl|part-[0-9]{8,}-[0-9]{5,}\.parquet"
_DESIGN_FILE = "design.yaml"


def design_tools(model: TrialModel) -> ipw.VBox:
    """The design's file, a link to it, a saved run, and the command that runs the same."""
    save = DownloadButton(_("Save design"), lambda: _design_file(model))
    opener = FileOpener(
        _("Open design"), r".*\.ya?ml", lambda _folder, files: model.open_file(*first_of(files))
    )
    link = PageLink(_("Link to this design"), "design", model.open_link)
    folder = FileOpener(_("Open a finished run"), _RUN_FILES, model.open_run, folder=True)
    along = Along("design", model.come_along)
    result = Along("result", model.bring_result)
    said, command = html(), html()
    said.add_class("ig-said")

    def show(_change: object = None) -> None:
        design = model.typed.design
        link.value = design_link(design, model.typed.replicates, model.typed.seed) if design else ""
        along.value = model.opened_link
        command.value = _command(model)

    def keep(_change: object) -> None:
        result.value = model.result_along

    def say(_change: object = None) -> None:
        said.value = paragraph("ig-note", model.opened)

    model.observe(show, "typed")
    model.observe(say, "opened")
    model.observe(keep, ["finished", "running"])
    show()
    say()
    buttons = with_classes(lean.Box([opener, save, folder, link, along, result]), "ig-tools")
    return with_classes(
        lean.VBox([said, buttons, fold(_("Show the command"), command)]), "ig-stack", "ig-noprint"
    )


def first_of(files: dict[str, bytes]) -> tuple[str, bytes]:
    """The name and the content of the one file that was opened."""
    return next(iter(files.items()))


def _design_file(model: TrialModel) -> SavedFile:
    """The design as it stands in the fields; a comment says so where there is none."""
    design = model.typed.design
    text = design_yaml(design) if design else "# " + " ".join(model.typed.refused.values()) + "\n"
    return _DESIGN_FILE, YAML, text


def _command(model: TrialModel) -> str:
    if model.typed.design is None:
        return paragraph("ig-note", _("Waiting for the design."))
    run = (
        f"igmfat trial {_DESIGN_FILE} --replicates {model.typed.replicates}"
        f" --seed {model.typed.seed} --out run"
    )
    report = (
        f"igmfat report {_DESIGN_FILE} --notebook 91_trial_report"
        f" -p replicates={model.typed.replicates} --seed {model.typed.seed} --out report.html"
    )
    note = _(
        "Save the design first. The same design, number and seed give the same numbers on any"
        " computer; more trials continue the same folder, which “Open a finished run” shows here."
    )
    return part("command", [run, report], note)


def report_button(model: TrialModel, make_report: Callable[[Finished], str]) -> DownloadButton:
    """Saves the document of the run that the page shows."""

    def made() -> SavedFile:
        html = make_report(model.finished) if model.finished else ""
        return "trial-report.html", "text/html", html

    return DownloadButton(_("Make the report"), made, main=True)


def result_tools(model: TrialModel) -> ipw.Box:
    """What leaves the page of a finished run."""
    results = DownloadButton(_("Results, JSON"), lambda: _results(model))
    patients = DownloadButton(_("Patients of trial 1, CSV"), lambda: _patients(model))
    buttons = [results, patients]
    if has_decimal_comma():
        own = current()
        with_comma = DownloadButton(
            _("The same with decimal commas, for a spreadsheet"), lambda: _patients(model, own)
        )
        buttons.append(with_comma)
    return with_classes(lean.HBox(buttons), "ig-buttons", "ig-noprint")


def _results(model: TrialModel) -> SavedFile:
    """The numbers under the names of ``igmfat trial --json``, with the design and both sides."""
    if model.finished is None:
        return "trial.json", "application/json", "{}"
    return "trial.json", "application/json", json.dumps(results(model.finished), indent=2)


def results(finished: Finished) -> dict[str, object]:
    """The numbers of a run as the command line names them.

    ``without_effect`` holds the operating characteristics of the same patients without any effect.
    """
    whole: dict[str, object] = {"replicates": finished.trials, "seed": finished.seed}
    whole |= finished.answer
    whole["design"] = json.loads(finished.design.model_dump_json())
    if finished.null is not None:
        whole["without_effect"] = {"operating": finished.null.answer}
    return whole


def _patients(model: TrialModel, language: str | None = None) -> SavedFile:
    from igmfat_nb.cohort.table_writer import csv_text, rounded_frame
    from igmfat_nb.trial.export import exported
    from igmfat_nb.trial.runs import Run

    finished = model.finished
    if finished is None:
        return "patients.csv", "text/csv", ""
    table, _days = next(exported(Run(finished.design, finished.seed, None), 1))
    rounded = rounded_frame(table)
    shown = rounded.astype(object).where(rounded.notna(), "")
    rows = (list(row) for row in shown.itertuples(index=False))
    return "patients.csv", "text/csv", csv_text(list(shown.columns), rows, language)
