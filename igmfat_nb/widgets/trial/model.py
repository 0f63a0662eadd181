"""What a person typed about a virtual trial, the run of it, and how it ended."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import traitlets as tl
from numpy.typing import NDArray

from igmfat_nb.errors import IgmFatError, ImplausibleInput
from igmfat_nb.language import _
from igmfat_nb.protocol import populations, virtual_trial
from igmfat_nb.protocol.constants import SAMPLE_SIZE
from igmfat_nb.trial.design import Design, design_of
from igmfat_nb.trial.immortal import Contrast, has_effect, immortal_time, summed, without_effect
from igmfat_nb.trial.replicate import (
    Block,
    Detail,
    block_replicates,
    ended_again,
    run_detail,
    summarised,
)
from igmfat_nb.trial.runs import missing_tasks
from igmfat_nb.trial.summary import joined, summary, titre_bands
from igmfat_nb.units import parse_number

MOST_REPLICATES = 5000
_WATCHED_PATIENTS = 10_000
FIELDS = (
    "patients",
    "replicates",
    "seed",
    "baseline_mortality",
    "effect",
    "missed_samples",
    "late_infusion_h",
    "price_eur_per_ml",
)
ARM_PAIRS = ("standard, deficit", "standard, forecast", "deficit, forecast")


@dataclass(frozen=True, slots=True)
class Typed:
    """A trial as read from the fields, or one sentence for each refused one."""

    design: Design | None
    replicates: int
    seed: int
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finished:
    """A run's numbers; ``cancelled`` when it was stopped before all replicates.

    ``bands`` are p5, p50 and p95 of each arm's titres by the hour, over the
    patients of the first replicates; ``trap`` the immortal-time contrasts of
    the same trial without any effect.
    """

    design: Design
    seed: int
    block: Block
    answer: dict[str, Any]
    bands: list[NDArray[np.float64]]
    trap: tuple[Contrast, Contrast]
    cancelled: bool


class Watched:
    """The first patients of a run, looked at one by one while the replicates go on."""

    def __init__(self, design: Design) -> None:
        self._plain = without_effect(design) if has_effect(design) else None
        self._details: list[Detail] = []
        self._traps: list[tuple[Contrast, Contrast]] = []

    def add(self, detail: Detail) -> None:
        """Look at a block; nobody is simulated again, deaths are drawn without any effect."""
        plain = ended_again(self._plain, detail) if self._plain else detail
        self._traps.append(immortal_time(plain))
        self._details.append(detail)

    def seen(self) -> tuple[list[NDArray[np.float64]], tuple[Contrast, Contrast]]:
        """Bands and trap over all blocks."""
        return titre_bands(*self._details), summed(self._traps)


class TrialModel(tl.HasTraits):
    """Raw text in; a run that can be watched and cancelled; results or none, never old ones."""

    patients = tl.Unicode(str(SAMPLE_SIZE.value))
    replicates = tl.Unicode("200")
    seed = tl.Unicode("1")
    baseline_mortality = tl.Unicode(str(populations.MORTALITY_28_DAYS.value))
    effect = tl.Unicode("0")
    missed_samples = tl.Unicode("0")
    late_infusion_h = tl.Unicode("0")
    price_eur_per_ml = tl.Unicode(str(virtual_trial.PRICE_PER_ML.value))
    arms = tl.Unicode(ARM_PAIRS[0])
    scenario = tl.Unicode("intermediate")
    allocation = tl.Unicode("permuted-blocks")

    typed = tl.Instance(Typed)
    running = tl.Bool(False)
    done = tl.Int(0)
    left_s = tl.Float(allow_none=True, default_value=None)
    finished = tl.Instance(Finished, allow_none=True, default_value=None)
    message = tl.Unicode("")

    def __init__(self, clock: Callable[[], float] = time.monotonic, **texts: str) -> None:
        super().__init__(**texts)
        self._clock = clock
        self._stop = threading.Event()
        # A result arrives, and is shown, whole before or whole after a change of the inputs.
        self._turn = threading.RLock()
        self.observe(self._read, [*FIELDS, "arms", "scenario", "allocation"])
        self._read()

    def run(self) -> None:
        """Run all replicates here; progress goes to ``done``, ``cancel`` ends it between blocks."""
        typed = self.typed
        if typed.design is None or self.running:
            return
        self._stop.clear()
        self.finished, self.message = None, ""
        self.done, self.left_s, self.running = 0, None, True
        try:
            self._run(typed.design, typed.replicates, typed.seed)
        except IgmFatError as error:
            self.message = str(error)
        finally:
            self.running = False

    def start(self) -> threading.Thread:
        """Run beside the page, so that it can be watched and cancelled."""
        thread = threading.Thread(target=self.run, daemon=True)
        thread.start()
        return thread

    def cancel(self) -> None:
        """Stop after the block that is running; what is done so far is shown."""
        self._stop.set()

    def _run(self, design: Design, replicates: int, seed: int) -> None:
        blocks: list[Block] = []
        watched = Watched(design)
        begun = self._clock()
        size = max(1, block_replicates(design) // 4)  # small blocks: a bar that moves
        for first, count in missing_tasks(set(), replicates, size):
            if self._stop.is_set():
                break
            detail = run_detail(design, seed, first, count)
            blocks.append(summarised(design, first, detail))
            if first * design.patients < _WATCHED_PATIENTS:
                watched.add(detail)
            self.done = first + count
            self.left_s = (self._clock() - begun) * (replicates - self.done) / self.done
        if not blocks:
            self.message = _("Cancelled before the first replicate was done.")
            return
        block = joined(blocks)
        answer = summary(design, block)
        cancelled = len(block.metrics) < replicates
        finished = Finished(design, seed, block, answer, *watched.seen(), cancelled)
        self._hand_over(finished, replicates)

    def _hand_over(self, finished: Finished, replicates: int) -> None:
        """Give out the result of a run, if the inputs are still those it was started with."""
        asked = finished.design, replicates, finished.seed
        with self._turn:
            if (self.typed.design, self.typed.replicates, self.typed.seed) == asked:
                self.finished = finished
            else:
                self.message = _("The inputs changed while the trial ran; run it again.")

    def _read(self, _change: object = None) -> None:
        """Read every field on its own; a changed input clears the old result."""
        numbers: dict[str, float] = {}
        refused: dict[str, str] = {}
        for name, reader in _READERS.items():
            try:
                numbers[name] = reader(getattr(self, name))
            except IgmFatError as error:
                refused[name] = str(error)
        design = None
        if not refused:
            try:
                design = self._design(numbers)
            except IgmFatError as error:
                refused["effect"] = str(error)
        count, seed = int(numbers.get("replicates", 0)), int(numbers.get("seed", 0))
        with self._turn:
            self.finished, self.message = None, ""
            self.typed = Typed(design, count, seed, refused)

    def _design(self, numbers: dict[str, float]) -> Design:
        return design_of(
            {
                "patients": int(numbers["patients"]),
                "arms": self.arms.split(", "),
                "allocation": {"method": self.allocation},
                "truth": {
                    "scenario": self.scenario,
                    "missed_samples": numbers["missed_samples"],
                    "late_infusion_h": numbers["late_infusion_h"],
                },
                "price_eur_per_ml": numbers["price_eur_per_ml"],
                "endpoint": {
                    "model": "exposure",
                    "baseline_mortality": numbers["baseline_mortality"],
                    "log_odds_per_day_at_target": numbers["effect"],
                },
            }
        )


def _number(name: str, low: float, high: float, *, whole: bool) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = parse_number(text, _(name), low=low, high=high)
        if not low <= number <= high or (whole and number != int(number)):
            kind = _("a whole number") if whole else _("a number")
            message = _("{name} is {text}; expected {kind} from {low} to {high}.")
            ends = {"low": f"{low:g}", "high": f"{high:g}"}
            raise ImplausibleInput(
                message.format(name=_(name), text=text.strip(), kind=kind, **ends)
            )
        return number

    return read


_READERS: dict[str, Callable[[str], float]] = {
    "patients": _number("The number of patients", 20, 2000, whole=True),
    "replicates": _number("The number of replicates", 1, MOST_REPLICATES, whole=True),
    "seed": _number("The seed", 0, 2**31, whole=True),
    "baseline_mortality": _number("The mortality", 0.01, 0.99, whole=False),
    "effect": _number("The effect", -3, 3, whole=False),
    "missed_samples": _number("The share of missed titres", 0, 1, whole=False),
    "late_infusion_h": _number("The longest delay of a dose", 0, 12, whole=False),
    "price_eur_per_ml": _number("The price", 0, 1000, whole=False),
}
