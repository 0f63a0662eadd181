"""What a person typed about a virtual trial, the run of it, and how it ended."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import traitlets as tl

from igmfat_nb.errors import IgmFatError, ImplausibleInput
from igmfat_nb.language import _
from igmfat_nb.protocol import populations
from igmfat_nb.protocol.constants import SAMPLE_SIZE
from igmfat_nb.trial.design import Design, design_of
from igmfat_nb.trial.replicate import Block, block_replicates, run_block
from igmfat_nb.trial.runs import missing_tasks
from igmfat_nb.trial.summary import joined, summary
from igmfat_nb.units import parse_number

MOST_REPLICATES = 5000
FIELDS = ("patients", "replicates", "seed", "baseline_mortality", "effect")
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
    """A run's numbers; ``cancelled`` when it was stopped before all replicates."""

    design: Design
    block: Block
    answer: dict[str, Any]
    cancelled: bool


class TrialModel(tl.HasTraits):
    """Raw text in; a run that can be watched and cancelled; results or none, never old ones."""

    patients = tl.Unicode(str(SAMPLE_SIZE.value))
    replicates = tl.Unicode("200")
    seed = tl.Unicode("1")
    baseline_mortality = tl.Unicode(str(populations.MORTALITY_28_DAYS.value))
    effect = tl.Unicode("0")
    arms = tl.Unicode(ARM_PAIRS[0])
    scenario = tl.Unicode("intermediate")
    allocation = tl.Unicode("permuted-blocks")

    typed = tl.Instance(Typed)
    running = tl.Bool(False)
    done = tl.Int(0)
    finished = tl.Instance(Finished, allow_none=True, default_value=None)
    message = tl.Unicode("")

    def __init__(self, **texts: str) -> None:
        super().__init__(**texts)
        self._stop = threading.Event()
        self.observe(self._read, [*FIELDS, "arms", "scenario", "allocation"])
        self._read()

    def run(self) -> None:
        """Run all replicates here; progress goes to ``done``, ``cancel`` ends it between blocks."""
        typed = self.typed
        if typed.design is None or self.running:
            return
        self._stop.clear()
        self.finished, self.message, self.done, self.running = None, "", 0, True
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
        size = max(1, block_replicates(design) // 4)  # small blocks: a bar that moves
        for first, count in missing_tasks(set(), replicates, size):
            if self._stop.is_set():
                break
            blocks.append(run_block(design, seed, first, count))
            self.done = first + count
        if self.typed.design != design:
            self.message = _("The inputs changed while the trial ran; run it again.")
        elif blocks:
            block = joined(blocks)
            cancelled = len(block.metrics) < replicates
            self.finished = Finished(design, block, summary(design, block), cancelled)
        else:
            self.message = _("Cancelled before the first replicate was done.")

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
        self.finished, self.message = None, ""
        count, seed = int(numbers.get("replicates", 0)), int(numbers.get("seed", 0))
        self.typed = Typed(design, count, seed, refused)

    def _design(self, numbers: dict[str, float]) -> Design:
        return design_of(
            {
                "patients": int(numbers["patients"]),
                "arms": self.arms.split(", "),
                "allocation": {"method": self.allocation},
                "truth": {"scenario": self.scenario},
                "endpoint": {
                    "model": "exposure",
                    "baseline_mortality": numbers["baseline_mortality"],
                    "log_odds_per_day_at_target": numbers["effect"],
                },
            }
        )


def _number(name: str, low: float, high: float, *, whole: bool) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = parse_number(text, _(name))
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
}
