"""How a long run shows that it goes on: a bar on a terminal, a line now and then when piped."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import click

from igmfat_nb.language import _
from igmfat_nb.notation import number_text

SECONDS_BETWEEN_LINES = 5.0


class Progress:
    """Count what is done out of ``total`` and say what time is left, on standard error."""

    def __init__(self, total: int, unit: str) -> None:
        self._total, self._unit, self._done = total, unit, 0
        self._begun = self._last = time.monotonic()

    def update(self, count: int) -> None:
        """Count some more; print a line when the last one is old."""
        self._done += count
        now = time.monotonic()
        if now - self._last < SECONDS_BETWEEN_LINES or not 0 < self._done < self._total:
            return
        self._last = now
        left_s = (now - self._begun) * (self._total - self._done) / self._done
        line = _("{done} of {total} {unit}, about {left} s remaining")
        texts = [number_text(number) for number in (self._done, self._total, left_s)]
        click.echo(
            line.format(done=texts[0], total=texts[1], unit=self._unit, left=texts[2]), err=True
        )


class Silence:
    """The same without a word."""

    def update(self, count: int) -> None:
        """Count nothing."""


class Counter(Protocol):
    """Whatever counts what is done."""

    def update(self, count: int) -> object:
        """Count some more."""


@contextmanager
def progress(total: int, unit: str, *, quiet: bool) -> Iterator[Counter]:
    """Give something to ``update`` as work gets done."""
    if quiet:
        yield Silence()
    elif sys.stderr.isatty():
        from tqdm import tqdm

        bar: Any = tqdm(total=total, unit=f" {unit}", file=sys.stderr)
        with bar:
            yield bar
    else:
        yield Progress(total, unit)
