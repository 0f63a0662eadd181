"""Results that a notebook shows by themselves: short as text, a table as HTML."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from igmfat_nb.api.words import cell_text, head_text, is_number
from igmfat_nb.bedside.answer import ARM_TITLE, BedsideAnswer
from igmfat_nb.bedside.eligibility import VERDICT_WORDS, Eligibility
from igmfat_nb.courses.comparison import Comparison, arm_total, day_plan
from igmfat_nb.language import _, mark
from igmfat_nb.notation import NOTICE, kept_together, number_text, quantity_text
from igmfat_nb.widgets.parts.appearance import is_served

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from igmfat_nb.titration import Decision
    from igmfat_nb.trial.design import Design
    from igmfat_nb.trial.replicate import Block
    from igmfat_nb.trial.sample_size import Comparison as Proportions

#: Rows that a notebook shows; a table of many more would be a page of its own.
MOST_ROWS = 15
_RIGHT = ' style="text-align:right"'
Records = Sequence[dict[str, Any]]
ASSUMED = mark("The personalised rule and the kinetics are assumptions of this software.")


class Shown(ABC):
    """A result with its sentence, its rows and, for some, its figure.

    ``value`` is the object of the package behind it, unrounded.
    """

    @abstractmethod
    def sentence(self) -> str:
        """Say it in one line."""

    @abstractmethod
    def records(self) -> Records:
        """Return the rows of its table, numbers unrounded."""

    def results(self) -> dict[str, Any]:
        """Return the numbers of its rows by name, as a notebook hands them out."""
        names = [next(iter(row.values())) for row in self.records()]
        return {
            f"{name}_{key}": value
            for name, row in zip(names, self.records(), strict=True)
            for key, value in list(row.items())[1:]
            if value is None or isinstance(value, str | int | float)
        }

    def table(self) -> "pd.DataFrame":
        """Return the rows as a data frame; needs the extra ``trial``."""
        import pandas as pd

        return pd.DataFrame.from_records(list(self.records()))

    def figure(self) -> "go.Figure":
        """Return its figure; needs the extra ``pages``.

        Raises
        ------
        TypeError
            If such a result has none.
        """
        raise TypeError(_("{kind} has no figure.").format(kind=type(self).__name__))

    def __repr__(self) -> str:
        return self.sentence()

    def records_shown(self) -> Records:
        """Return the rows as they are shown in a notebook."""
        return self.records()

    def _repr_html_(self) -> str:
        records = self.records_shown()
        names = list(records[0]) if records else []
        right = {name for name in names if any(is_number(row[name]) for row in records)}
        sides = {name: _RIGHT if name in right else "" for name in names}
        head = "".join(f"<th{sides[name]}>{escape(head_text(name))}</th>" for name in names)
        cells = [
            [
                f"<td{sides[name]}>{escape(kept_together(cell_text(name, row[name])))}</td>"
                for name in names
            ]
            for row in records[:MOST_ROWS]
        ]
        body = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
        table = (
            f'<table class="ig-words"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        )
        table = f'<div class="ig-scroll" tabindex="0">{table}</div>' if records else ""
        further = ""
        if len(records) > MOST_ROWS:
            said = _("{n} further rows: igm.table(result) has them all.")
            further = f"<p>{escape(said.format(n=number_text(len(records) - MOST_ROWS)))}</p>"
        small = _(ASSUMED) if is_served() else f"{_(NOTICE)} {_(ASSUMED)}"  # a page has its own
        below = f"{further}<p><small>{escape(small)}</small></p>"
        said = escape(kept_together(self.sentence()))
        return f'<div class="ig-part"><p>{said}</p>{table}{below}</div>'


@dataclass(frozen=True, repr=False)
class Doses(Shown):
    """Today's dose of each arm."""

    value: BedsideAnswer

    def sentence(self) -> str:
        """Say both volumes, or why there is none."""
        if self.value.stopped:
            return self.value.stopped
        volumes = ", ".join(
            f"{_(ARM_TITLE[arm])} {quantity_text(dose.volume_ml, 'mL', 1)}"
            for arm, dose in self.value.doses.items()
        )
        return _("{volumes}; the personalised rule is an assumption of this software.").format(
            volumes=volumes
        )

    def records(self) -> Records:
        """Return a row an arm."""
        from igmfat_nb.tables.doses import dose_record

        return [{"arm": arm} | dose_record(dose) for arm, dose in self.value.doses.items()]


@dataclass(frozen=True, repr=False)
class Screening(Shown):
    """The trial's criteria for one patient."""

    value: Eligibility

    def sentence(self) -> str:
        """Say the verdict and what is open."""
        words = _(VERDICT_WORDS[self.value.verdict])
        return _("{verdict}; open: {missing}, not met: {barring}.").format(
            verdict=words, missing=len(self.value.missing), barring=len(self.value.barring)
        )

    def records(self) -> Records:
        """Return a row a criterion."""
        from igmfat_nb.tables.eligibility import eligibility_record

        rows: Records = eligibility_record(self.value)["criteria"]
        return rows


@dataclass(frozen=True, repr=False)
class Curve(Shown):
    """Serum IgM of one patient over two weeks in both arms and untreated."""

    value: Comparison

    def sentence(self) -> str:
        """Say how long each arm is at the target."""
        target = self.value.assumptions.rule.target_mg_dl
        hours = {arm: arm_total(self.value, arm).hours_at_target for arm in self.value.arms}
        said = ", ".join(f"{_(ARM_TITLE[arm])} {quantity_text(h, 'h')}" for arm, h in hours.items())
        return _("At {target} or above in two weeks: {hours}.").format(
            target=quantity_text(target, "mg/dL", 1), hours=said
        )

    def records(self) -> Records:
        """Return a row a day, with titre [mg/dL], its 90 % interval and dose [mL] of each arm."""
        rows = []
        for day in day_plan(self.value):
            row: dict[str, Any] = {"day": day.study_day}
            for arm, entry in day.entries.items():
                low, high = entry.interval_mg_dl or (None, None)
                row |= {f"{arm}_igm_mg_dl": entry.titre_mg_dl}
                row |= {f"{arm}_p5_mg_dl": low, f"{arm}_p95_mg_dl": high}
                row[f"{arm}_volume_ml"] = entry.dose.volume_ml if entry.dose else None
            rows.append(row)
        return rows

    def figure(self) -> "go.Figure":
        """Return both arms with their bands."""
        from igmfat_nb.figures.two_arms import course_figure

        return course_figure(self.value)


@dataclass(frozen=True, repr=False)
class NextDose(Shown):
    """The next dose of a case by three rules, from what its titres taught."""

    value: "Decision"

    def sentence(self) -> str:
        """Say the titre now and when the question was asked."""
        now = self.value.titre_now_mg_dl
        return _("At {at}: IgM {median} (90 % interval {low} to {high}).").format(
            at=quantity_text(self.value.situation.at_h, "h", 1),
            median=quantity_text(now["p50"], "mg/dL"),
            low=quantity_text(now["p5"], "mg/dL"),
            high=quantity_text(now["p95"], "mg/dL"),
        )

    def records(self) -> Records:
        """Return a row a rule: volume [mL] and chance of the target at the next sample."""
        rules = ("standard", "deficit", "forecast")
        chosen = {name: getattr(self.value, name) for name in rules}
        return [
            {
                "rule": name,
                "volume_ml": one.dose.volume_ml if one.dose else None,
                "probability": one.chance,
            }
            for name, one in chosen.items()
        ]

    def figure(self) -> "go.Figure":
        """Return the titres, and what they taught."""
        from igmfat_nb.reports.course_sections import personal_figure_of

        return personal_figure_of(self.value)


@dataclass(frozen=True, repr=False)
class VirtualTrial(Shown):
    """Replicates of one design, summed up; ``value`` is the document of ``igmfat trial --json``."""

    design: "Design"
    block: "Block"
    value: dict[str, Any]

    def sentence(self) -> str:
        """Say the rates of rejection."""
        from igmfat_nb.tables.trial import operating_sentences

        return " ".join(operating_sentences(self.value))

    def records(self) -> Records:
        """Return a row a metric and arm: its mean over trials."""
        return [
            {"arm": arm, "metric": metric} | values
            for arm, metrics in self.value["arms"].items()
            for metric, values in metrics.items()
        ]

    def records_shown(self) -> Records:
        """Return the same in the units that are shown, rounded to what they have."""
        from igmfat_nb.trial.metrics import METRIC_TEXT
        from igmfat_nb.trial.words import arm_word

        rows = []
        for row in self.records():
            shown = METRIC_TEXT[row["metric"]]
            numbers = {
                name: round(shown.factor * value, shown.decimals + (name == "se"))
                for name, value in row.items()
                if isinstance(value, float)
            }
            title = f"{_(shown.label)} [{_(shown.unit)}]"
            rows.append({"arm": arm_word(row["arm"]), "metric": title} | numbers)
        return rows

    def figure(self) -> "go.Figure":
        """Return the share of trials that find a difference, by number of replicates."""
        from igmfat_nb.figures.trial_rates import convergence_figure

        return convergence_figure(self.design, self.block)


@dataclass(frozen=True, repr=False)
class SampleSize(Shown):
    """Patients to tell two proportions apart, by each formula."""

    value: "tuple[Proportions, ...]"
    dropout: float

    def sentence(self) -> str:
        """Say the first formula's answer."""
        first = self.records()[0]
        message = _("{n} patients per arm, {total} in total with drop-out; a reconstruction.")
        return message.format(n=first["per_arm"], total=first["total"])

    def records(self) -> Records:
        """Return a row a formula, with the exact power of its number."""
        from igmfat_nb.trial.sample_size import exact_power, patients_per_arm, total

        rows: list[dict[str, Any]] = []
        for one in self.value:
            per_arm = patients_per_arm(one)
            number = {"per_arm": per_arm, "total": total(per_arm, self.dropout, "divide")}
            rows.append({"method": one.method} | number | {"power": exact_power(one, per_arm)})
        return rows

    def records_shown(self) -> Records:
        """Return the same with the formulas named in words."""
        from igmfat_nb.trial.words import METHOD_WORDS

        return [row | {"method": _(METHOD_WORDS[row["method"]])} for row in self.records()]


@dataclass(frozen=True, repr=False)
class Sources(Shown):
    """Every number with its source and how it is known."""

    value: tuple[dict[str, Any], ...]

    def sentence(self) -> str:
        """Say how many are assumed."""
        assumed = sum(row["status"] == "assumed" for row in self.value)
        message = _("{n} numbers, {assumed} of them assumed.")
        return message.format(n=len(self.value), assumed=assumed)

    def records(self) -> Records:
        """Return a row a number."""
        return self.value
