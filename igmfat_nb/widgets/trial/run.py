"""A run of a page: both sides of the question on the same patients, a block at a time."""

from dataclasses import dataclass
from typing import Any

from igmfat_nb.trial.design import Design
from igmfat_nb.trial.immortal import (
    Contrast,
    Life,
    has_effect,
    immortal_time,
    shown_lives,
    summed,
    without_effect,
)
from igmfat_nb.trial.power import (
    DIRECTIONS,
    Ends,
    arms_differ,
    block_verdicts,
    ends,
    operating_characteristics,
)
from igmfat_nb.trial.replicate import (
    Block,
    Detail,
    block_replicates,
    ended_again,
    run_detail,
    summarised,
)
from igmfat_nb.trial.runs import missing_tasks
from igmfat_nb.trial.single_trial import SingleTrial
from igmfat_nb.trial.summary import Array, joined, summary, titre_bands

_WATCHED_PATIENTS = 10_000
_LIVES = 7  # of each group of the immortal-time picture


@dataclass(frozen=True, slots=True)
class Null:
    """The same patients, in the same arms, without any effect: what the test finds of nothing.

    ``answer`` has the fields of ``operating``.
    """

    answer: dict[str, Any]
    ends: Ends


@dataclass(frozen=True, slots=True)
class Finished:
    """A run's numbers; ``cancelled`` when it was stopped before all replicates.

    Attributes
    ----------
    null : Null or None
        None where the arms do not differ (then ``answer`` has the type I error),
        and for a saved run, whose folder holds one side only.
    bands : list of ndarray
        p5, p50 and p95 of each arm's titres by the hour [mg/dL], over the
        patients of the first replicates.
    trap : (Contrast, Contrast)
        Immortal-time contrasts of the same trial without any effect.
    lives : (list of Life, list of Life)
        Patients without and with the target, to draw.
    single : SingleTrial
        The first replicate.
    seconds : float or None
        What the run took; None for one that was opened.
    folder : str
        Of a saved run; empty for one made here.
    """

    design: Design
    seed: int
    block: Block
    answer: dict[str, Any]
    ends: Ends
    null: Null | None
    bands: list[Array]
    trap: tuple[Contrast, Contrast]
    lives: tuple[list[Life], list[Life]]
    single: SingleTrial
    cancelled: bool
    seconds: float | None = None
    folder: str = ""

    @property
    def trials(self) -> int:
        """Replicates that were run."""
        return len(self.block.metrics)


class Pair:
    """The blocks of a run with the effect, and of the same patients without it."""

    def __init__(self, design: Design, seed: int) -> None:
        self.design, self.seed = design, seed
        self._plain = without_effect(design)
        self._changed, self._differ = has_effect(design), arms_differ(design)
        self._blocks: list[Block] = []
        self._nulls: list[Block] = []
        self._details: list[Detail] = []
        self._traps: list[tuple[Contrast, Contrast]] = []
        self._lives: tuple[list[Life], list[Life]] | None = None
        self._single: SingleTrial | None = None

    def tasks(self, replicates: int) -> list[tuple[int, int]]:
        """First replicate and count of small blocks: a bar that moves."""
        return missing_tasks(set(), replicates, max(1, block_replicates(self.design) // 4))

    def run(self, first: int, count: int) -> tuple[int, int]:
        """Run a block; return how many of its trials find fewer deaths, and how many find more.

        Nobody is simulated twice: only deaths are drawn again, from the same numbers.
        """
        detail = run_detail(self.design, self.seed, first, count)
        block = summarised(self.design, first, detail)
        self._blocks.append(block)
        watched = first * self.design.patients < _WATCHED_PATIENTS
        if watched or self._differ:
            plain = ended_again(self._plain, detail) if self._changed else detail
            if self._differ:
                self._nulls.append(summarised(self._plain, first, plain))
            if watched:
                self._watch(detail, plain)
        found = block_verdicts(self.design, block)
        fewer, more = (int((found == sign).sum()) for sign in DIRECTIONS.values())
        return fewer, more

    def watch(self, replicates: int) -> None:
        """Look at the first patients only: what a saved run does not hold."""
        for first, count in self.tasks(replicates):
            if first * self.design.patients >= _WATCHED_PATIENTS:
                break
            detail = run_detail(self.design, self.seed, first, count)
            self._watch(detail, ended_again(self._plain, detail) if self._changed else detail)

    def _watch(self, detail: Detail, plain: Detail) -> None:
        self._traps.append(immortal_time(plain))
        self._details.append(detail)
        if self._single is None:
            self._single = SingleTrial.of(self.design, detail)
            self._lives = shown_lives(plain, _LIVES)

    def finished(self, replicates: int, seconds: float | None) -> Finished | None:
        """Everything that was run, or None where nothing was."""
        if not self._blocks:
            return None
        block = joined(self._blocks)
        null = None
        if self._nulls:
            plain = joined(self._nulls)
            null = Null(operating_characteristics(self._plain, plain), ends(self._plain, plain))
        return self.summed_up(
            block, null, cancelled=len(block.metrics) < replicates, seconds=seconds
        )

    def summed_up(
        self,
        block: Block,
        null: Null | None,
        *,
        cancelled: bool = False,
        seconds: float | None = None,
        folder: str = "",
    ) -> Finished:
        """The numbers of a block, with what was seen of its first patients."""
        if self._single is None or self._lives is None:
            raise ValueError("No block was watched.")
        return Finished(
            design=self.design,
            seed=self.seed,
            block=block,
            answer=summary(self.design, block),
            ends=ends(self.design, block),
            null=null,
            bands=titre_bands(*self._details),
            trap=summed(self._traps),
            lives=self._lives,
            single=self._single,
            cancelled=cancelled,
            seconds=seconds,
            folder=folder,
        )
