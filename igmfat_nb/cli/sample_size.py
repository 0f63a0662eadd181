"""``igmfat sample-size``: how many patients, and what 356 can detect."""

from typing import Any, get_args

import click

from igmfat_nb.cli.options import json_option, print_json, refusing
from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE, number_text
from igmfat_nb.trial.sample_size import (
    METHODS,
    Comparison,
    DropoutRule,
    Method,
    detectable,
    enrolled_per_arm,
    exact_power,
    patients_per_arm,
    total,
    with_dropout,
)
from igmfat_nb.units import parse_number

_LEAST = 1e-6  # patients: less is arithmetic


@click.command(name="sample-size")
@click.option("--control", required=True, help=_("Deaths expected in the standard arm, as 0.45."))
@click.option("--treated", required=True, help=_("Deaths expected in the personalised arm."))
@click.option("--power", default="0.8", show_default=True)
@click.option("--alpha", default="0.05", show_default=True, help=_("Two-sided significance level."))
@click.option("--method", type=click.Choice(METHODS), default="unpooled", show_default=True)
@click.option("--dropout", default="0", show_default=True, help=_("Proportion lost, as 0.10."))
@click.option(
    "--dropout-rule",
    type=click.Choice(get_args(DropoutRule)),
    default="divide",
    show_default=True,
    help=_("n / (1 - d) or n x (1 + d)."),
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
    """Calculate the sample size for comparing two proportions of death.

    The texts we read do not state the trial's assumptions: round ones that give
    its 356 patients are a reconstruction, not the protocol.
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
    both = total(per_arm, lost, dropout_rule)
    answer = {
        "n_per_arm": per_arm,
        "total": both,
        "total_rounded_up": both,
        "detectable": detectable(comparison, dropout=lost),
        "enrolled_per_arm": enrolled_per_arm(per_arm, lost, dropout_rule),
        "exact_power": exact_power(comparison, per_arm),
    }
    if as_json:
        print_json(answer)
        return
    click.echo("\n".join([_(NOTICE), "", *_lines(comparison, lost, dropout_rule, answer)]))


def _lines(
    comparison: Comparison, lost: float, rule: DropoutRule, answer: dict[str, Any]
) -> list[str]:
    """The answer to read: what is needed, what it reaches, what 356 could tell."""
    per_arm, power, share = (answer[key] for key in ("n_per_arm", "exact_power", "detectable"))
    lines = [
        _("{n} patients per arm; {total} in total with drop-out").format(
            n=number_text(per_arm), total=number_text(answer["total"])
        ),
        _("(a reconstruction: the texts we read do not state the trial's assumptions)"),
    ]
    if power is not None:
        line = _("Power of the chi-square test with {n} per arm, by enumeration: {power} %")
        lines.append(line.format(n=number_text(per_arm), power=number_text(100 * power, 1)))
    left = with_dropout(per_arm, lost, rule) * (1 - lost)
    if left < per_arm - _LEAST:
        line = _(
            "n × (1 + d) leaves {left} of {n} per arm after drop-out: too few for the"
            " requested power."
        )
        lines.append(line.format(left=number_text(left, 1), n=number_text(per_arm)))
    shown = {"lost": 100 * lost, "control": 100 * comparison.control, "share": 100 * (share or 0)}
    texts = {key: number_text(value, 1) for key, value in shown.items()}
    if share is None:
        lines.append(
            _(
                "356 patients cannot detect any difference from {control} % in that direction"
            ).format(**texts)
        )
    elif lost:
        line = _(
            "356 patients with {lost} % drop-out can detect a difference between {control} %"
            " and {share} %"
        )
        lines.append(line.format(**texts))
    else:
        lines.append(
            _("356 patients can detect a difference between {control} % and {share} %").format(
                **texts
            )
        )
    return lines
