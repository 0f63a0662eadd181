"""What a person typed about a virtual trial, the run of it, and how it ended."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

import traitlets as tl

from igmfat_nb.errors import IgmFatError, UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.trial.design import Design, design_of
from igmfat_nb.trial.design_text import design_link, design_of_link, design_of_yaml
from igmfat_nb.trial.words import beyond
from igmfat_nb.widgets.trial.run import Finished, Pair
from igmfat_nb.widgets.trial.saved_run import finished_of
from igmfat_nb.widgets.trial.turned import CameAlong, came_along, folder_text, run_text
from igmfat_nb.widgets.trial.typed import (
    CHOICES,
    FIELDS,
    PRESETS,
    SHOWN,
    Typed,
    arms_of,
    read_fields,
    texts_of,
    usual,
)


class TrialModel(tl.HasTraits):
    """Raw text in; a run that can be watched and cancelled; results or none, never old ones.

    Attributes
    ----------
    found : tuple
        Of a run that is going on: trials, those with fewer and those with more deaths, a block.
    left_s : float or None
        What the rest of the run will take [s].
    message : str
        Why there is no result; empty where there is one, or none was asked for.
    opened : str
        What became of a file or link that was opened: a sentence, empty before.
    own_arms : dict
        Name → document of the arms that can be chosen.
    """

    patients = tl.Unicode()
    replicates = tl.Unicode()
    seed = tl.Unicode()
    first_mortality = tl.Unicode()
    second_mortality = tl.Unicode()
    baseline_mortality = tl.Unicode()
    effect = tl.Unicode()
    missed_samples = tl.Unicode()
    late_infusion_h = tl.Unicode()
    price_eur_per_ml = tl.Unicode()
    first_arm = tl.Unicode()
    second_arm = tl.Unicode()
    deaths = tl.Unicode()
    scenario = tl.Unicode()
    allocation = tl.Unicode()
    looks = tl.Unicode()

    own_arms = tl.Dict()
    typed = tl.Instance(Typed)
    running = tl.Bool(False)
    done = tl.Int(0)
    found = tl.Tuple(())
    left_s = tl.Float(allow_none=True, default_value=None)
    finished = tl.Instance(Finished, allow_none=True, default_value=None)
    message = tl.Unicode("")
    opened = tl.Unicode("")

    def __init__(self, clock: Callable[[], float] = time.monotonic, **texts: str) -> None:
        super().__init__(**(usual() | texts))
        self._clock = clock
        self._stop = threading.Event()
        self._base: dict[str, Any] = {}
        self._adopting = False
        self._saved: dict[str, bytes] = {}
        self._awaited: CameAlong | None = None
        self.own_arms = arms_of(None)
        # A result arrives, and is shown, whole before or whole after a change of the inputs.
        self._turn = threading.RLock()
        self.observe(self._read, [*FIELDS, *CHOICES])
        self._read()

    # The design

    @property
    def preset(self) -> str:
        """Which design to start from stands in the fields; empty when it is another."""
        if self._base:
            return ""
        asked = {name: getattr(self, name) for name in (*FIELDS, *CHOICES)}
        kept = {name: asked[name] for name in ("replicates", "seed")}
        return next((key for key in PRESETS if usual(key) | kept == asked), "")

    def start_from(self, key: str) -> None:
        """Fill the fields with a design to start from; trials and seed stay."""
        self._awaited = None
        kept = {name: getattr(self, name) for name in ("replicates", "seed")}
        self._adopt(None, usual(key) | kept)
        self.opened = ""

    def open_file(self, name: str, content: bytes) -> None:
        """Take over a design file; one that is refused leaves everything as it is."""
        with self._refusing():
            self.adopt(design_of_yaml(content, name))
            self.opened = _("{file} is open.").format(file=name) + self._beside()

    def open_link(self, text: str) -> None:
        """Take over the design of a link."""
        with self._refusing():
            design, replicates, seed = design_of_link(text)
            self.adopt(design, replicates, seed)
            self.opened = _("The design of the link is open.") + self._beside()

    @property
    def opened_link(self) -> str:
        """The design that was opened, as a link; empty where the fields say all."""
        return design_link(design_of(self._base), 1, 1) if self._base else ""

    def come_along(self, text: str) -> None:
        """Open again what was open before the page turned; the fields follow by themselves."""
        with self._refusing():
            design = design_of_link(text)[0]
            if self.finished and self.finished.design == design:
                return  # it came with its result
            self.adopt(design)
            self.opened = _("The opened design came along.") + self._beside()

    def open_run(self, folder: str, files: Mapping[str, bytes]) -> None:
        """Show a saved run, by the names and contents of its files, without running it again."""
        if self.running:
            self.opened = _("A run is going on; cancel it first.")
            return
        with self._refusing():
            finished = finished_of(folder, files)
            self.adopt(finished.design, finished.trials, finished.seed)
            if self.typed.design != finished.design:
                raise UnreadableInput(
                    _("{folder} contains a design that this page cannot show.").format(
                        folder=folder
                    )
                )
            line = _("{folder} is open; nothing was run again.")
            self.opened = line.format(folder=folder) + self._beside()
            self._saved = dict(files)
            self._hand_over(finished, finished.trials)

    @property
    def result_along(self) -> str:
        """What shows the same result on the page in another language; empty without one."""
        typed, finished = self.typed, self.finished
        if typed.design is None or not (finished or self.running):
            return ""
        if finished and finished.folder:
            return folder_text(finished.folder, self._saved)
        link = design_link(typed.design, typed.replicates, typed.seed)
        return run_text(link, finished.trials if finished else typed.replicates)

    def bring_result(self, text: str) -> None:
        """Show a result again: a saved run now, a run as soon as its inputs have come."""
        with self._refusing():
            along = came_along(text)
            if along.files:
                self.open_run(along.folder, along.files)
            else:
                self._awaited = along
                self._run_awaited()

    def _run_awaited(self) -> None:
        awaited, typed = self._awaited, self.typed
        if awaited and awaited.inputs == (typed.design, typed.replicates, typed.seed):
            self._awaited = None
            self.start(awaited.trials)

    def adopt(self, design: Design, replicates: int | None = None, seed: int | None = None) -> None:
        """Fill the fields with a design; what the page does not show stays with it."""
        texts = texts_of(design)
        texts["replicates"] = self.replicates if replicates is None else str(replicates)
        texts["seed"] = self.seed if seed is None else str(seed)
        self._adopt(design, texts)

    def _adopt(self, design: Design | None, texts: Mapping[str, str]) -> None:
        self._base = design.model_dump(mode="json", exclude_none=True) if design else {}
        self._adopting = True
        try:
            self.own_arms = arms_of(design)
            for name, text in texts.items():
                setattr(self, name, text)
        finally:
            self._adopting = False
        self._read()

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except IgmFatError as error:
            self.opened = str(error)

    def _beside(self) -> str:
        """Choices that came with a file and have no field, named."""
        more = beyond(self._base, SHOWN)
        lines = []
        if more:
            lines.append(_("With it: {choices}.").format(choices=", ".join(more)))
        if self._base.get("grid"):
            lines.append(_("Its grid runs by the command, not here."))
        return "".join(f" {line}" for line in lines)

    # The run

    def run(self, trials: int | None = None) -> None:
        """Run all replicates here; progress goes to ``done``, ``cancel`` ends it between blocks.

        With ``trials`` it ends as if it had been cancelled after these.
        """
        typed = self.typed
        if typed.design is None or self.running:
            return
        self._awaited = None  # whoever runs wants this one
        self._stop.clear()
        self.finished, self.message = None, ""
        self.done, self.found, self.left_s, self.running = 0, (), None, True
        try:
            self._run(typed.design, typed.replicates, typed.seed, trials or typed.replicates)
        except IgmFatError as error:
            self.message = str(error)
        finally:
            self.running = False

    def start(self, trials: int | None = None) -> threading.Thread:
        """Run beside the page, so that it can be watched and cancelled."""
        reader = copy_context()  # the run speaks the reader's language
        thread = threading.Thread(target=reader.run, args=(self.run, trials), daemon=True)
        thread.start()
        return thread

    def cancel(self) -> None:
        """Stop after the block that is running; what is done so far is shown."""
        self._stop.set()

    def _run(self, design: Design, replicates: int, seed: int, trials: int) -> None:
        pair = Pair(design, seed)
        begun = self._clock()
        gone = 0.0
        for first, count in pair.tasks(replicates):
            if self._stop.is_set() or self.done >= trials:
                break
            fewer, more = pair.run(first, count)
            self.found = (*self.found, (count, fewer, more))
            self.done = first + count
            gone = self._clock() - begun
            self.left_s = gone * (replicates - self.done) / self.done
        finished = pair.finished(replicates, gone)
        if finished is None:
            self.message = _("Cancelled before the first trial was done.")
            return
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
        if self._adopting:
            return
        texts = {name: getattr(self, name) for name in (*FIELDS, *CHOICES)}
        typed = read_fields(texts, self._base, self.own_arms)
        with self._turn:
            self.finished, self.message = None, ""
            self.typed = typed
        self._run_awaited()
