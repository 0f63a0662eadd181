"""Results of a virtual trial as HTML values: tables and sentences, every inserted text escaped."""

import math
from collections.abc import Sequence
from html import escape

from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.tables.trial import operating_sentences
from igmfat_nb.trial.endpoint import METRICS
from igmfat_nb.trial.metrics import METRIC_TEXT
from igmfat_nb.widgets.parts.markup import paragraph
from igmfat_nb.widgets.trial.model import Finished

_ARM_CSS = ("ig-std", "ig-per")


def arms_head(title: str, arms: Sequence[str], beside: str = "") -> str:
    """Header of a card with a figure: its title, the arms in their colours, what else is drawn."""
    names = "".join(
        f'<b class="{css}">{escape(arm)}</b>' for arm, css in zip(arms, _ARM_CSS, strict=False)
    )
    legend = f'<span class="ig-legend">{names}{escape(beside)}</span>'
    return f'<header class="ig-card-head"><h2>{escape(title)}</h2>{legend}</header>'


def arms_table(finished: Finished) -> str:
    """What each arm gives, and the difference: a row for each metric."""
    arms = finished.answer["arms"]
    columns = [*arms.values(), finished.answer["operating"]["difference"]]
    rows = []
    for metric in METRICS:
        one = METRIC_TEXT[metric]
        label = f"{_(one.label)} [{one.unit}]"
        cells = "".join(_cell(column[metric], one.factor, one.decimals) for column in columns)
        rows.append(f"<tr><td>{escape(label)}</td>{cells}</tr>")
    heads = "".join(
        f"<th class='{css}'>{escape(name)}</th>" for name, css in zip(arms, _ARM_CSS, strict=True)
    )
    heads += f"<th>{escape(_('difference'))}</th>"
    note = _(
        "Mean of the arm means; 5 to 95 % of trials beside it. Difference: second minus first."
    )
    legend = " ".join(f"{_(one.label)}: {_(one.meaning)}." for one in METRIC_TEXT.values())
    return _table(heads, rows) + paragraph("ig-note", note) + paragraph("ig-note", legend)


def _table(heads: str, rows: Sequence[str]) -> str:
    first = f"<thead><tr><th></th>{heads}</tr></thead>"
    return f"<table class='ig-table ig-arms'>{first}<tbody>{''.join(rows)}</tbody></table>"


def _cell(values: dict[str, float], factor: float, decimals: int) -> str:
    mean, low, high = (
        number_text(factor * values[name], decimals) for name in ("mean", "p5", "p95")
    )
    between = _("{low} to {high}").format(low=low, high=high)
    return f"<td>{mean} <span class='ig-iv'>{between}</span></td>"


def operating_lines(finished: Finished) -> str:
    """Power or type I error, by direction, and who was screened for it."""
    replicates = len(finished.block.metrics)
    lines = operating_sentences(finished.answer)
    screening = finished.answer["screening"]
    above = screening["enrolled_truly_above_limit"] / screening["enrolled"]
    line = _("{screened} screened for each trial; {share} % of those enrolled are truly above 60.")
    lines.append(
        line.format(
            screened=number_text(screening["screened"] / replicates),
            share=number_text(100 * above, 1),
        )
    )
    if finished.cancelled:
        lines.append(_("Cancelled: only the replicates above were run."))
    return "".join(paragraph("ig-sub", text) for text in lines)


def trap_table(finished: Finished) -> str:
    """Deaths of those who reached the target and of those who did not, counted in two ways."""
    rows = []
    for contrast in finished.trap:
        shares = (
            (contrast.reached_died, contrast.reached),
            (contrast.not_reached_died, contrast.not_reached),
        )
        cells = "".join(
            f"<td>{number_text(100 * died / n, 1) if n else '–'} % "
            f"<span class='ig-iv'>{number_text(died)}/{number_text(n)}</span></td>"
            for died, n in shares
        )
        ratio = "–" if math.isnan(contrast.risk_ratio) else number_text(contrast.risk_ratio, 2)
        rows.append(f"<tr><td>{escape(_(contrast.question))}</td>{cells}<td>{ratio}</td></tr>")
    heads = "".join(
        f"<th>{escape(text)}</th>" for text in (_("reached"), _("did not"), _("risk ratio"))
    )
    note = _(
        "Deaths by day 28 among patients who reached 100 mg/dL and those who did not. Reaching it"
        " takes time, and the early dead had none: the first row looks like a benefit although here"
        " the effect is zero, whatever effect is set."
    )
    return _table(heads, rows) + paragraph("ig-note", note)
