"""``igmfat sample-size``: how many patients, and what 356 can detect."""

from typing import get_args

import click

from igmfat_nb.cli.options import json_option, print_json, refusing
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.tables import NOTICE
from igmfat_nb.trial.sample_size import (
    METHODS,
    Comparison,
    DropoutRule,
    Method,
    detectable,
    patients_per_arm,
    total,
    total_rounded_up,
)
from igmfat_nb.units import parse_number


@click.command(name="sample-size")
@click.option("--control", required=True, help="Deaths expected in the standard arm, as 0.45.")
@click.option("--treated", required=True, help="Deaths expected in the personalised arm.")
@click.option("--power", default="0.8", show_default=True)
@click.option("--alpha", default="0.05", show_default=True, help="Two-sided.")
@click.option("--method", type=click.Choice(METHODS), default="unpooled", show_default=True)
@click.option("--dropout", default="0", show_default=True, help="Share lost, as 0.10.")
@click.option(
    "--dropout-rule",
    type=click.Choice(get_args(DropoutRule)),
    default="divide",
    show_default=True,
    help="n / (1 - d) or n x (1 + d).",
)
@json_option
@refusing
def sample_size(
    control: str,
    treated: str,
    power: str,
    alpha: str,
    method: Method,
    dropout: str,
    dropout_rule: DropoutRule,
    as_json: bool,
) -> None:
    """Patients to tell two proportions of death apart.

    The trial's own assumptions could not be read: round ones that give its 356
    patients are reconstruction, not the protocol.
    """
    comparison = Comparison(
        parse_number(control, _("The control proportion"), low=0, high=1),
        parse_number(treated, _("The treated proportion"), low=0, high=1),
        parse_number(power, _("The power"), low=0, high=1),
        parse_number(alpha, _("Alpha"), low=0, high=1),
        method,
    )
    lost = parse_number(dropout, _("The drop-out"), low=0, high=1)
    per_arm = patients_per_arm(comparison)
    answer = {
        "n_per_arm": per_arm,
        "total": total(per_arm, lost, dropout_rule),
        "total_rounded_up": total_rounded_up(per_arm, lost, dropout_rule),
        "detectable": detectable(comparison),
    }
    if as_json:
        print_json(answer)
        return
    share = answer["detectable"]
    lines = [
        NOTICE,
        "",
        _("{n} patients an arm; {total} in all with drop-out").format(
            n=number_text(per_arm), total=number_text(answer["total"] or 0)
        ),
        _("(reconstruction: the trial's own assumptions could not be read)"),
    ]
    if share is not None:
        lines.append(
            _("356 patients can tell {control} % from {share} %").format(
                control=number_text(100 * comparison.control, 2), share=number_text(100 * share, 1)
            )
        )
    click.echo("\n".join(lines))
