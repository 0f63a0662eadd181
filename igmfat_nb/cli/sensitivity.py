"""``igmfat sensitivity``: what an answer depends on, for a case or a virtual trial."""

from pathlib import Path

import click

from igmfat_nb.cli.options import Whole, json_option, reading_option, refusing
from igmfat_nb.language import _, mark
from igmfat_nb.protocol import exploration


@click.command()
@click.argument("file", metavar="CASE.json|DESIGN.yaml", type=click.Path(path_type=Path))
@reading_option
@click.option(
    "--set",
    "changed",
    multiple=True,
    metavar=mark("NAME=VALUE"),
    help=_("Another base for one assumption, such as synthesis=baseline; repeatable."),
)
@click.option(
    "--explore",
    "tried",
    multiple=True,
    metavar=mark("NAME=VALUE[,VALUE...]"),
    help=_("Only these values, one at a time, without indices; repeatable."),
)
@click.option(
    "--price",
    "prices",
    multiple=True,
    help=_("Hours at target that 100 mL must be worth; repeatable; default: three prices."),
)
@click.option(
    "--draws",
    type=Whole(high=65_536),
    default=exploration.DRAWS_PATIENT.value,
    show_default=True,
    help=_("Base size of Sobol's sequence for a case, a power of two."),
)
@click.option(
    "--patients",
    type=Whole(low=100, high=100_000),
    default=exploration.TRIAL_PATIENTS.value,
    show_default=True,
    help=_("Patients of each virtual trial of a design."),
)
@click.option("--seed", type=Whole(low=0), default=1, show_default=True)
@click.option(
    "--workers",
    type=Whole(low=1, high=1000),
    default=1,
    show_default=True,
    help=_("Number of processes, for a design."),
)
@click.option("--figure", type=click.Path(path_type=Path), help=_("Folder for pictures (SVG)."))
@click.option("--quiet", is_flag=True, help=_("Show no progress."))
@json_option
@refusing
def sensitivity(
    file: Path,
    reading: str | None,
    changed: tuple[str, ...],
    tried: tuple[str, ...],
    prices: tuple[str, ...],
    figure: Path | None,
    quiet: bool,
    as_json: bool,
    **numbers: int,
) -> None:
    """What the answer for a case, or a virtual trial, depends on.

    Every assumed number over its range: one at a time (tornado) and all together (Sobol
    indices); then what is worth measuring first. A case is followed from its first titre on,
    vasopressors running; one with later titres also at its present hour, given those titres
    (not with --set or --explore). For a design assumptions are screened first.
    """
    from igmfat_nb.cli.sensitivity_study import study_file

    study_file(
        file, reading, changed, tried, prices, numbers, figure=figure, quiet=quiet, as_json=as_json
    )
