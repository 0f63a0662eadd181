"""``igmfat trial compare``: readings of the rule beside the standard arm, on the same patients."""

from pathlib import Path

import click

from igmfat_nb.bedside.readings import editions, reading_named
from igmfat_nb.cli.options import Whole, json_option, print_json, refusing
from igmfat_nb.cli.progress import progress
from igmfat_nb.errors import ImplausibleInput, UnreadableInput
from igmfat_nb.files import write_whole
from igmfat_nb.language import _, mark


@click.command()
@click.argument("design", type=click.Path(path_type=Path), required=False)
@click.option(
    "--reading",
    "chosen",
    multiple=True,
    metavar=mark("NAME|FILE"),
    help=_("Reading to compare; repeatable; default: all that come with the package."),
)
@click.option("--replicates", type=Whole(high=10_000_000), default=200, show_default=True)
@click.option("--seed", type=Whole(), default=1, show_default=True)
@click.option(
    "--workers", type=Whole(high=1000), default=1, show_default=True, help=_("Number of processes.")
)
@click.option("--figure", type=click.Path(path_type=Path), help=_("Picture to write (SVG)."))
@click.option("--quiet", is_flag=True, help=_("Show no progress."))
@json_option
@refusing
def compare(
    design: Path | None,
    chosen: tuple[str, ...],
    replicates: int,
    seed: int,
    workers: int,
    figure: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Compare readings of the personalised rule on the same virtual patients.

    DESIGN has one standard and one deficit arm; without it the example is taken.
    """
    from igmfat_nb.tables.readings import contrast_lines
    from igmfat_nb.trial.compared import compared, compared_designs, contrast_record
    from igmfat_nb.trial.design import example_or

    if replicates < 1 or seed < 0 or workers < 1:
        message = _("Expected at least 1 replicate and 1 worker, and a seed of 0 or more.")
        raise ImplausibleInput(message)
    if figure is not None and figure.suffix.lower() != ".svg":
        raise UnreadableInput(_("{file} is not an SVG file name.").format(file=figure.name))
    known = [reading_named(text) for text in chosen] or list(editions())
    designs = compared_designs(example_or("" if design is None else str(design)), known)
    with progress(replicates, _("replicates"), quiet=quiet) as bar:
        blocks = compared(designs, seed, replicates, workers=workers, done=bar.update)
    records = [contrast_record(*pair) for pair in zip(designs, blocks, strict=True)]
    if figure is not None:
        from igmfat_nb.figures.readings import contrast_figure
        from igmfat_nb.figures.static.picture import figure_svg

        title = _("Readings of the personalised rule relative to the standard arm")
        write_whole(figure, figure_svg(contrast_figure(records), title=title))
    if as_json:
        print_json({"replicates": replicates, "seed": seed, "readings": records})
    else:
        click.echo("\n".join(contrast_lines(records, replicates)))
