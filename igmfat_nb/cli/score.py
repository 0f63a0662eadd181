"""``igmfat score``: a folder of cases, every titre beside what the titres before it predicted."""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, get_args

import click

from igmfat_nb.cli.options import Whole, json_option, print_json, refusing
from igmfat_nb.cli.patient_options import scenario_options
from igmfat_nb.cli.progress import progress
from igmfat_nb.courses.population import USUAL_SYNTHESIS, Scenario, SynthesisMode
from igmfat_nb.errors import ImplausibleInput, UnreadableInput
from igmfat_nb.files import write_whole
from igmfat_nb.language import _
from igmfat_nb.protocol.scoring import SCORE_PARTICLES
from igmfat_nb.scoring.settings import Settings
from igmfat_nb.server.folder import notebook_named

#: One clearance is judged: an average loses to the one that is true of everybody.
judged_scenario = partial(scenario_options, usual=Settings().scenario)
MODEL_CHECK = "93_model_check"
SCORES_SUFFIX = ".scores.jsonl"


@click.command()
@click.argument("cases", metavar="CASES/", type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help=_("HTML file to write.")
)
@judged_scenario
@click.option(
    "--synthesis",
    type=click.Choice(get_args(SynthesisMode)),
    default=USUAL_SYNTHESIS,
    show_default=True,
)
@click.option(
    "--particles",
    type=Whole(100, 100_000),
    default=SCORE_PARTICLES.value,
    show_default=True,
    help=_("Particles of each patient."),
)
@click.option("--seed", type=Whole(0), default=1, show_default=True)
@click.option(
    "--workers",
    type=Whole(high=1000),
    default=None,
    help=_("Processes at the same time; default: one per core."),
)
@click.option("--quiet", is_flag=True, help=_("Show no progress."))
@json_option
@refusing
def score(
    cases: Path,
    out: Path,
    scenario: Scenario,
    scenario_weights: str | None,
    synthesis: SynthesisMode,
    particles: int,
    seed: int,
    workers: int | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Is the model right? Each titre of a folder of cases is predicted from the earlier ones.

    Under every clearance and their average; --scenario is the one that is judged. A folder
    inside CASES/ is a centre; otherwise the pseudonym before its first hyphen names it. What is
    scored is kept beside OUT, so that an interrupted run goes on and a changed case is scored
    alone.
    """
    from igmfat_nb.reports.model_check import settings_of
    from igmfat_nb.scoring.folder import case_files, kept_scores, score_files, write_scores

    if out.suffix.lower() not in (".html", ".htm"):
        raise UnreadableInput(_("{out} is not an HTML file name.").format(out=out.name))
    count = (os.cpu_count() or 1) if workers is None else workers
    if count < 1:
        raise ImplausibleInput(_("--workers is {n}; expected 1 or more.").format(n=count))
    asked: dict[str, Any] = {
        "scenario": scenario,
        "scenario_weights": scenario_weights or "",
        "synthesis": synthesis,
        "particles": particles,
        "seed": seed,
    }
    settings = settings_of(**asked)
    files = case_files(cases)
    path = out.with_name(out.stem + SCORES_SUFFIX)
    kept = kept_scores(path)
    if not path.is_file():
        write_whole(path, "")  # what cannot be written is said before the work
    with progress(len(files), _("cases"), quiet=quiet or as_json) as bar:
        keep = _keeping(path, kept, bar.update)
        scored = score_files(files, settings, workers=count, kept=kept, done=keep)
    write_scores(path, scored)
    written, results = _written(cases, path, out, asked)
    if as_json:
        print_json({**written, "results": results})
        return
    click.echo(results["verdict"])
    line = _("scored {scored}, refused {refused}")
    click.echo(line.format(scored=len(scored.cases), refused=len(scored.refused)))
    click.echo("\n".join(written.values()))


def _keeping(
    path: Path, kept: dict[str, Any], counted: Callable[[int], object]
) -> Callable[[dict[str, Any] | None], None]:
    """Add each new record to the file as it comes, a line each."""

    def keep(record: dict[str, Any] | None) -> None:
        counted(1)
        if record is not None and record["digest"] not in kept:
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record, ensure_ascii=False) + "\n")

    return keep


def _written(
    cases: Path, scores: Path, out: Path, asked: dict[str, Any]
) -> tuple[dict[str, str], dict[str, Any]]:
    """Run the notebook on what was scored; document and results."""
    from igmfat_nb.files import sha256
    from igmfat_nb.reports.beside import write_beside
    from igmfat_nb.reports.document import with_library
    from igmfat_nb.reports.run import NotebookFailed, build_report
    from igmfat_nb.reports.run_record import date_of_run
    from igmfat_nb.reports.single import keep_failed_copy

    parameters = asked | {
        "cases_folder": str(cases.resolve()),
        "scores_file": str(scores.resolve()),
        "made_on": date_of_run(),
    }
    digest = sha256(scores.read_bytes())
    try:
        report = build_report(
            notebook_named(MODEL_CHECK), parameters, title=out.stem, inputs=digest
        )
    except NotebookFailed as failure:
        raise keep_failed_copy(failure, out) from failure
    beside = write_beside(out, with_library(report.html), report.results)
    named = {"report": str(out), "results_file": str(beside), "scores": str(scores)}
    return named, dict(report.results)
