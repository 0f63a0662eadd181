"""What an answer depends on, as records and in tables: tornado, indices, worth measuring."""

from dataclasses import asdict
from typing import Any

from igmfat_nb.language import _, mark
from igmfat_nb.notation import NOTICE, number_text, text_table
from igmfat_nb.protocol.exploration import EXPLORED, Explored
from igmfat_nb.protocol.register import sourced_constants
from igmfat_nb.sensitivity.after_titres import AfterTitres
from igmfat_nb.sensitivity.indices import Bar, Index, tried_text
from igmfat_nb.sensitivity.study import Priced, Study
from igmfat_nb.sensitivity.values import options_of, value_text
from igmfat_nb.sensitivity.words import output_text, output_title, source_of

_MOST_ROWS = 8


SPREADS = {
    "log-uniform": mark("log-uniform"),
    "uniform": mark("uniform"),
    "choice": mark("choice"),
}


def study_record(study: Study) -> dict[str, Any]:
    """The document of ``igmfat sensitivity --json``, without the version."""
    by_name = {one.name: one for one in EXPLORED}
    return {
        "model": study.kind,
        "outputs": list(study.outputs),
        "base": {name: _shown(by_name[name], value) for name, value in study.base.items()},
        "base_results": dict(study.bars[0].base) if study.bars else {},
        "explored": [explored_record(bar.explored) for bar in study.bars],
        "one_at_a_time": [_bar_record(bar, study) for bar in study.bars],
        "screening": _screening(study),
        "sobol": {
            output: None if rows is None else [_index_record(row) for row in rows]
            for output, rows in study.indices.items()
        },
        "worth_measuring": [_worth_record(priced) for priced in study.worth],
    }


def titres_record(later: AfterTitres) -> dict[str, Any]:
    """The part ``after_titres``: the next dose at the case's present hour, given its titres."""
    study = later.study
    return {
        "at_h": later.at_h,
        "outputs": list(study.outputs),
        "base_results": dict(study.bars[0].base),
        "one_at_a_time": [_bar_record(bar, study) for bar in study.bars],
    }


def titres_lines(later: AfterTitres) -> list[str]:
    """The same to read."""
    head = _("At {hour} h, given the titres known by then:")
    lines = ["", head.format(hour=number_text(later.at_h, 2))]
    for output in later.study.outputs:
        lines += ["", *tornado_lines(later.study, output)]
    return lines


def explored_record(one: Explored) -> dict[str, Any]:
    """One assumption: range, distribution, reason, and its source entry."""
    constant = sourced_constants().get(one.constant)
    return {
        "name": one.name,
        "title": one.title,
        "unit": one.unit,
        "base": one.base,
        "range": None if one.spread == "choice" else [one.low, one.high],
        "options": list(options_of(one)) if one.spread == "choice" else [],
        "distribution": one.spread,
        "reason": one.reason,
        "source": one.constant or None,
        "source_status": "assumed" if constant is None else constant.status,
    }


def _shown(one: Explored, value: float) -> float | str:
    return value_text(one, value) if one.spread == "choice" else value


def _bar_record(bar: Bar, study: Study) -> dict[str, Any]:
    return {
        "name": bar.explored.name,
        "tried": [_shown(bar.explored, value) for value in bar.tried],
        "results": {output: list(bar.results[output]) for output in study.outputs},
        "source": bar.explored.constant or None,
    }


def _screening(study: Study) -> dict[str, Any] | None:
    if study.screened is None:
        return None
    return {
        output: None
        if rows is None
        else [
            {"name": row.explored.name, "size": row.size, "half_width_95": row.half_width}
            | {"spread": row.spread}
            for row in rows
        ]
        for output, rows in study.screened.items()
    }


def _index_record(row: Index) -> dict[str, Any]:
    return {
        "name": row.explored.name,
        "first": row.first,
        "first_95": [row.first - row.first_half_width, row.first + row.first_half_width],
        "total": row.total,
        "total_95": [row.total - row.total_half_width, row.total + row.total_half_width],
        "source": row.explored.constant or None,
    }


def _worth_record(priced: Priced) -> dict[str, Any]:
    found = priced.decision
    return {
        "price_h_per_100_ml": priced.price,
        "best": priced.choices[found.best],
        "expected": dict(zip(priced.choices, found.means, strict=True)),
        "perfect_information": found.perfect,
        "evppi": [asdict(one) | {"told": one.is_told} for one in found.worths],
        "first_is_apart": found.apart,
        "sentence": worth_sentence(priced),
    }


def study_lines(study: Study) -> list[str]:
    """The whole study to read."""
    lines = [_(NOTICE), ""]
    for output in study.outputs:
        lines += [*tornado_lines(study, output), ""]
    for output, rows in study.indices.items():
        lines += [*sobol_lines(output, rows), ""]
    if study.worth:
        lines += [*worth_lines(study), ""]
    dominates = _("The dose equation is one reading among several; none of them is the trial's.")
    return [*lines, dominates]


def tornado_lines(study: Study, output: str) -> list[str]:
    """One output: each assumption alone, the widest first."""
    head, rows = tornado_head(study, output), tornado_rows(study, output)
    if len(rows) == 1:
        return [head, _("Nothing that was explored moves it.")]
    return [head, text_table(rows[0], rows[1:])]


def tornado_head(study: Study, output: str) -> str:
    """An output with what it is as assumed."""
    base = output_text(output, study.bars[0].base[output])
    return _("{output}; as assumed {base}").format(output=output_title(output), base=base)


def tornado_rows(study: Study, output: str) -> list[tuple[str, ...]]:
    """The header, then each assumption alone, the widest first."""
    rows = [
        (
            _(bar.explored.title),
            tried_text(bar),
            "; ".join(output_text(output, value) for value in bar.results[output]),
            source_of(bar.explored),
        )
        for bar in study.ranked(output)
    ]
    return [(_("assumption"), _("tried"), _("result"), _("source")), *rows]


def sobol_lines(output: str, rows: list[Index] | None) -> list[str]:
    """One output: shares of its variance, alone and together, the largest first."""
    head = _("{output}: share of the variance").format(output=output_title(output))
    if rows is None:
        if output == "power":
            return [head, _("It does not vary: the design has no effect on death.")]
        return [head, _("It does not vary.")]
    cells = sobol_rows(rows)
    return [head, text_table(cells[0], cells[1:])]


def sobol_rows(rows: list[Index]) -> list[tuple[str, ...]]:
    """The header, then the largest shares of an output's variance."""
    shown = sorted(rows, key=lambda row: -row.total)[:_MOST_ROWS]
    cells = [
        (
            _(row.explored.title),
            f"{number_text(row.first, 2)} ± {number_text(row.first_half_width, 2)}",
            f"{number_text(row.total, 2)} ± {number_text(row.total_half_width, 2)}",
        )
        for row in shown
    ]
    return [(_("assumption"), _("alone"), _("with others")), *cells]


def worth_lines(study: Study) -> list[str]:
    """What is worth measuring, under the decision that is asked about."""
    return [worth_heading(study), *(worth_sentence(one) for one in study.worth)]


def sources_text(study: Study) -> str:
    """Every explored number as a table."""
    rows = sources_rows(study)
    return text_table(rows[0], rows[1:])


def sources_rows(study: Study) -> list[tuple[str, ...]]:
    """The header, then each explored number: range, distribution, reason, entry it leads to."""
    header = (_("assumption"), _("range"), _("distribution"), _("why"), _("source"))
    rows = []
    for bar in study.bars:
        one = bar.explored
        span = ", ".join(options_of(one))
        if one.spread != "choice":
            ends = (number_text(one.low, 3), number_text(one.high, 3))
            span = _("{low} to {high}").format(low=ends[0], high=ends[1])
            span += f" {_(one.unit)}" if one.unit else ""
        rows.append((_(one.title), span, _(SPREADS[one.spread]), _(one.reason), source_of(one)))
    return [header, *rows]


def worth_heading(study: Study) -> str:
    """The decision that is asked about."""
    if study.kind == "patient":
        return _(
            "Worth measuring before a reading is chosen (utility: hours at target, less a price"
            " for each 100 mL):"
        )
    return _("Worth measuring before an arm is declared to be longer at target (a wrong one is 1):")


def worth_sentence(priced: Priced) -> str:
    """What to do now, and what would be worth knowing first; or that nothing can be told."""
    found, best = priced.decision, priced.choices[priced.decision.best]
    now = _("Best as things are: {best}.").format(best=best)
    if priced.price is not None:
        now = _("At {price} h for 100 mL the best as things are is {best}.").format(
            price=number_text(priced.price, 1), best=best
        )
    told = [one for one in found.worths if one.is_told]
    if not told:
        return now + " " + _("Nothing that was explored can be told to be worth measuring.")
    titles = {one.name: one.title for one in EXPLORED}
    unit, digits = (_("h"), 1) if priced.price is not None else (_("wrong declarations"), 3)
    shown = [
        _("{title} ({value} ± {error} {unit})").format(
            title=_(titles[one.name]),
            value=number_text(one.value, digits),
            error=number_text(1.96 * one.error, digits),
            unit=unit,
        )
        for one in told[:3]
    ]
    if len(told) == 1:
        return now + " " + _("Worth measuring: {first}.").format(first=shown[0])
    line = _("Measure {first} before {others}.")
    if not found.apart:
        line = _("Which to measure first cannot be told: {first}, {others}.")
    return now + " " + line.format(first=shown[0], others=", ".join(shown[1:]))
