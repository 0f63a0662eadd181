"""Readings of the personalised rule in words: as a list, one whole, and as records."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from igmfat_nb.bedside.readings import DEFAULT, Edition
from igmfat_nb.language import _, mark
from igmfat_nb.notation import NOTICE, number_text, text_table
from igmfat_nb.protocol import constants, populations, product
from igmfat_nb.protocol.constants import TARGET_TITRE

if TYPE_CHECKING:
    from igmfat_nb.sensitivity.readings_beside import ReadingWeek

_ROUNDINGS = {
    "ml": mark("to the nearest mL"),
    "vials": mark("up to whole vials"),
    "none": mark("none"),
}
_VOLUMES = {
    "plasma": mark("plasma volume (Nadler, haematocrit)"),
    "steady-state": mark("plasma volume ÷ {share}, the intravascular share of IgM"),
    "fixed": mark("{per_kg} mL/kg × weight"),
}


def reading_list_record(edition: Edition) -> dict[str, Any]:
    """One line of ``igmfat readings list --json``."""
    return {
        "name": edition.name,
        "version": edition.version,
        "title": edition.title,
        "status": edition.status,
        "source": edition.reading.source,
        "default": edition.name == DEFAULT,
    }


def reading_table(editions: tuple[Edition, ...]) -> list[str]:
    """All editions, a line each, and whose they are."""
    rows = [(one.label, _(one.title), status_text(one)) for one in editions]
    default = _("The default is {name}: today's answers everywhere.").format(name=DEFAULT)
    lines = [_(NOTICE), "", text_table((_("reading"), _("what"), _("whose")), rows), "", default]
    if all(one.status != "published" for one in editions):
        lines.append(
            _("The texts we read do not state the trial's equation; none of these is the trial's.")
        )
    return lines


def status_text(edition: Edition) -> str:
    """Assumed by this software or the site, or published and where."""
    if edition.status == "published":
        return _("published: {source}").format(source=edition.reading.source)
    return _("assumed")


def reading_lines(edition: Edition) -> list[str]:
    """One edition whole: formula, parts, where it comes from."""
    head = f"{edition.label}: {_(edition.title)} ({status_text(edition)})"
    why = [_(edition.why)] if edition.why else []
    return [head, *why, "", *(f"- {line}" for line in part_lines(edition))]


def part_lines(edition: Edition) -> list[str]:
    """Every part in words, also those that the edition leaves open."""
    return [
        *_formula_lines(edition),
        _due_line(edition),
        *_limit_lines(edition),
        _rounding_line(edition),
    ]


def _formula_lines(edition: Edition) -> list[str]:
    if edition.formula == "ladder":
        line = _("below {below} mg/dL: {per_kg} mL/kg")
        return [
            line.format(
                below=number_text(rung.below_mg_dl, 1), per_kg=number_text(rung.ml_per_kg, 2)
            )
            for rung in edition.ladder or ()
        ]
    level = _level_text(edition)
    if edition.formula == "coefficient":
        line = _("dose = ({level} − titre) × {coefficient} mL/kg per mg/dL × weight")
        coefficient = number_text(edition.coefficient_ml_per_kg or 0.0, 6)
        return [line.format(level=level, coefficient=coefficient), *_loss_lines(edition)]
    line = _("dose = ({level} − titre) × volume ÷ recovery ÷ {strength} mg/mL")
    volume = _(_VOLUMES[edition.volume or "plasma"]).format(
        share=number_text(populations.INTRAVASCULAR_SHARE.value, 2),
        per_kg=number_text(edition.volume_ml_per_kg or 0.0, 2),
    )
    recovery = _("recovery: that of the kinetics, {recovery} unless another is given")
    if edition.recovery is not None:
        recovery = _("recovery: {recovery}")
    value = constants.RECOVERY.value if edition.recovery is None else edition.recovery
    return [
        line.format(level=level, strength=number_text(product.IGM.value)),
        _("volume: {volume}").format(volume=volume),
        recovery.format(recovery=number_text(value, 3)),
        *_loss_lines(edition),
    ]


def _level_text(edition: Edition) -> str:
    if edition.lost_until_next is not None:
        return _("level")
    return number_text(edition.fill_to_mg_dl or TARGET_TITRE.value, 1)


def _loss_lines(edition: Edition) -> list[str]:
    lost = edition.lost_until_next
    if lost is None:
        return []
    line = _(
        "level: what leaves {aim} mg/dL after {hours} h, with a half-life of {half_life} h and a"
        " synthesis of {synthesis} mg/kg/day; at least {aim} mg/dL"
    )
    filled = line.format(
        aim=number_text(edition.fill_to_mg_dl or TARGET_TITRE.value, 1),
        hours=number_text(lost.hours, 1),
        half_life=number_text(lost.half_life_h, 1),
        synthesis=number_text(lost.synthesis_mg_per_kg_day, 2),
    )
    return [filled]


def _due_line(edition: Edition) -> str:
    below = edition.dose_below_mg_dl
    if below is None and edition.ladder:
        below = edition.ladder[-1].below_mg_dl
    if below is None and edition.lost_until_next is None:
        below = edition.fill_to_mg_dl or TARGET_TITRE.value
    shown = _("the level") if below is None else f"{number_text(below, 1)} mg/dL"
    given = edition.at_target_ml_per_kg
    line = _("at {below} or above: {per_kg} mL/kg")
    if not given:
        line = _("at {below} or above: no dose")
        if given is None:
            line = _("at {below} or above: no dose, unless another is given")
    return line.format(below=shown, per_kg=number_text(given or 0.0, 2))


def _limit_lines(edition: Edition) -> list[str]:
    lines = []
    for value, line in (
        (edition.floor_ml_per_kg, _("smallest dose: {per_kg} mL/kg")),
        (edition.cap_ml_per_kg, _("largest dose: {per_kg} mL/kg")),
    ):
        if value is not None:
            lines.append(line.format(per_kg=number_text(value, 2)))
    return lines or [_("no smallest or largest dose")]


def _rounding_line(edition: Edition) -> str:
    if edition.rounding is None:
        return _("rounding: to the nearest mL, unless another is given")
    return _("rounding: {how}").format(how=_(_ROUNDINGS[edition.rounding]))


def contrast_lines(records: Sequence[dict[str, Any]], replicates: int) -> list[str]:
    """Readings of one run in a table, with what the numbers are."""
    header = (
        _("reading"),
        _("at target [%]"),
        _("minus standard arm [points]"),
        _("95 % interval"),
        _("95 % of single trials"),
        _("volume [mL]"),
    )
    standard = 100 * records[0]["standard_at_target"]
    rows = [_contrast_row(one) for one in records]
    said = _(
        "Share of the week alive at 100 mg/dL or above; standard arm {standard} %, on the same"
        " {n} virtual trials. Rows differ in the reading alone: patients and allocation are"
        " the same."
    )
    return [
        _(NOTICE),
        "",
        text_table(header, rows),
        said.format(standard=number_text(standard, 1), n=number_text(replicates)),
        _("The texts we read do not state the trial's equation: the dose equation dominates."),
    ]


def _contrast_row(record: dict[str, Any]) -> tuple[str, ...]:
    contrast, to = record["contrast"], _("{low} to {high}")
    intervals = [
        to.format(low=number_text(100 * ends[0], 1), high=number_text(100 * ends[1], 1))
        if ends
        else ""
        for ends in (contrast["interval_95"], contrast["trials_95"])
    ]
    return (
        f"{record['reading']}: {_(record['title'])}",
        number_text(100 * record["at_target"], 1),
        number_text(100 * contrast["mean"], 1),
        *intervals,
        number_text(record["volume_ml"]),
    )


def week_cells(week: "ReadingWeek") -> tuple[str, str, str, str]:
    """First dose and week [mL], highest titre [mg/dL], hours at target, as they are shown."""
    volumes = (number_text(week.first_dose_ml), number_text(week.total_ml))
    return (*volumes, number_text(week.peak_mg_dl), number_text(week.hours_at_target))


def weeks_text(weeks: Sequence["ReadingWeek"]) -> str:
    """Every reading for one patient as a table, and whose they are."""
    rows = weeks_rows(weeks)
    return f"{text_table(rows[0], rows[1:])}\n{weeks_note()}"


def weeks_note() -> str:
    """Under what the readings of one patient are compared."""
    return _("Vasopressors running all week; kinetics as assumed. None of these is the trial's.")


def weeks_rows(weeks: Sequence["ReadingWeek"]) -> list[tuple[str, ...]]:
    """The header, then every reading: doses, highest titre, hours at the target."""
    header = (
        _("reading"),
        _("first dose [mL]"),
        _("week [mL]"),
        _("highest titre [mg/dL]"),
        _("at target [h of 168]"),
    )
    rows = [(f"{one.reading.label}: {_(one.reading.title)}", *week_cells(one)) for one in weeks]
    return [header, *rows]
