"""Runs on disk: saved in parts, resumed, grown, and checked by their hashes."""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from igmfat_nb.errors import ImplausibleInput, MissingInput, UnreadableInput
from igmfat_nb.files import append, make_folder, write_whole
from igmfat_nb.language import _
from igmfat_nb.notation import seen_text
from igmfat_nb.trial.design import Design, design_of
from igmfat_nb.trial.replicate import Block, block_replicates
from igmfat_nb.trial.summary import FIELDS

FORMAT = "igmfat-trial-run/2"
MANIFEST = "manifest.jsonl"  # one line for the run, one for each part: it only ever grows
MOST_TOLD = 3  # differences of two designs
_PART = re.compile(r"part-[0-9]{8,}-[0-9]{5,}\.parquet")
Task = tuple[int, int]  # first replicate, count
Runner = Callable[[list[Task]], Iterable[Block]]


@dataclass(frozen=True, slots=True)
class Run:
    """A folder with the blocks of one design and seed; ``folder`` None keeps all in memory."""

    design: Design
    seed: int
    folder: Path | None

    def blocks(self, replicates: int, runner: Runner) -> Iterator[Block]:
        """Yield blocks that cover the first replicates: the saved ones, then what is missing."""
        saved = self._saved()
        for block in saved:
            if block.first < replicates:
                yield block
        covered = {i for block in saved for i in _span(block)}
        for block in runner(missing_tasks(covered, replicates, block_replicates(self.design))):
            self._save(block)
            yield block

    def _saved(self) -> list[Block]:
        if self.folder is None or not (self.folder / MANIFEST).exists():
            return []
        manifest = read_manifest(self.folder)
        saved = _document(design_of(manifest["design"]))  # fields that came later have defaults
        there, here = (
            {"seed": one} | _flat(two)
            for one, two in ((manifest["seed"], saved), (self.seed, _document(self.design)))
        )
        if differ := [name for name in there | here if there.get(name) != here.get(name)]:
            message = _(
                "{folder} contains a run with another design or seed ({differences});"
                " choose another folder."
            )
            told = _("{field}: {there} there, {here} here")
            raise ImplausibleInput(
                message.format(
                    folder=self.folder.name,
                    differences="; ".join(
                        told.format(field=name, there=there.get(name), here=here.get(name))
                        for name in differ[:MOST_TOLD]
                    ),
                )
            )
        return [
            block
            for name, digest in sorted(manifest["parts"].items())
            if (block := _read_part(self.folder / name, digest)) is not None
        ]

    def _save(self, block: Block) -> None:
        """Write a part, whole or not at all, then the line of the manifest that vouches for it."""
        if self.folder is None:
            return
        make_folder(self.folder)
        manifest = self.folder / MANIFEST
        if not manifest.exists():
            run = {"format": FORMAT, "design": _document(self.design), "seed": self.seed}
            write_whole(manifest, _line(run))
        name = f"part-{block.first:08d}-{len(block.metrics):05d}.parquet"
        digest = _write_part(self.folder / name, block)
        _append(manifest, _line({"part": name, "sha256": digest}))


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a run's design, seed and parts (name → hash), or say why it is no run.

    A torn line vouches for nothing: its part is made again.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise MissingInput(_("{folder} contains no saved run.").format(folder=folder.name))
    first, *others = path.read_bytes().split(b"\n")
    run = _entry(first)
    if not run:
        raise UnreadableInput(_("{file} is incomplete.").format(file=f"{folder.name}/{MANIFEST}"))
    if run.get("format") != FORMAT:
        message = _("{folder} contains a run in another format; expected {format}.")
        raise UnreadableInput(message.format(folder=folder.name, format=FORMAT))
    entries = [entry for line in others if "sha256" in (entry := _entry(line))]
    parts = {str(entry.get("part")): entry["sha256"] for entry in entries}
    for name in parts:
        if not _PART.fullmatch(name) or (folder / name).is_symlink():
            message = _("{file} names “{part}”, which is no part of a run in this folder.")
            file = f"{folder.name}/{MANIFEST}"
            raise UnreadableInput(message.format(file=file, part=seen_text(name)))
    return run | {"parts": parts, "design": _as_meant(run["design"])}


def _as_meant(design: dict[str, Any]) -> dict[str, Any]:
    """A design as the version meant it that saved it.

    Before ``belief.synthesis`` existed, a forecast held the first titre, whatever was true.
    """
    belief = design.get("belief", {})
    if "synthesis" in belief or not belief or design["truth"]["synthesis"] == "baseline":
        return design
    return design | {"belief": belief | {"synthesis": "baseline"}}


def _flat(document: Any, place: str = "") -> dict[str, Any]:
    """Field → value, with the way to it: ``truth.synthesis``, ``arms.0.rule``."""
    if not isinstance(document, (dict, list)) or not document:
        return {place: document}
    items = document.items() if isinstance(document, dict) else enumerate(document)
    fields: dict[str, Any] = {}
    for name, value in items:
        fields |= _flat(value, f"{place}.{name}" if place else str(name))
    return fields


def saved_run(folder: Path) -> tuple[Run, int]:
    """Return a saved run and how many replicates from the first on it holds."""
    manifest = read_manifest(folder)
    run = Run(design_of(manifest["design"]), manifest["seed"], folder)
    covered = {i for block in run._saved() for i in _span(block)}
    count = 0
    while count in covered:
        count += 1
    return run, count


def missing_tasks(covered: set[int], replicates: int, size: int) -> list[Task]:
    """Cut the replicates that are not there yet into blocks that end at multiples of a size."""
    tasks: list[Task] = []
    for index in range(replicates):
        if index in covered:
            continue
        if tasks and sum(tasks[-1]) == index and index % size:
            tasks[-1] = tasks[-1][0], tasks[-1][1] + 1
        else:
            tasks.append((index, 1))
    return tasks


def _span(block: Block) -> range:
    return range(block.first, block.first + len(block.metrics))


def _document(design: Design) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(design.model_dump_json(exclude={"grid"}))
    return document


def _write_part(path: Path, block: Block) -> str:
    import pyarrow as pa
    import pyarrow.parquet

    count = len(block.metrics)
    columns: dict[str, Any] = {"replicate": np.arange(block.first, block.first + count)}
    shapes = {}
    for name in FIELDS:
        array = getattr(block, name)
        shapes[name] = array.shape[1:]
        flat = array.reshape(count, -1)
        columns |= {f"{name}_{i}": flat[:, i] for i in range(flat.shape[1])}
    table = pa.table(columns).replace_schema_metadata({"shapes": json.dumps(shapes)})
    sink = pa.BufferOutputStream()
    pa.parquet.write_table(table, sink)
    content = sink.getvalue().to_pybytes()
    write_whole(path, content)
    return hashlib.sha256(content).hexdigest()


def _read_part(path: Path, digest: str) -> Block | None:
    """Read a part, or None when it is gone or torn: it is then made again."""
    import pyarrow as pa
    import pyarrow.parquet

    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != digest:
        return None
    table = pa.parquet.read_table(pa.BufferReader(content))
    shapes = json.loads(table.schema.metadata[b"shapes"])
    rows = []
    for name in FIELDS:
        width = int(np.prod(shapes[name], dtype=int))
        flat = np.stack([table[f"{name}_{i}"].to_numpy() for i in range(width)], axis=1)
        rows.append(flat.reshape(-1, *shapes[name]))
    return Block(int(table["replicate"][0].as_py()), *rows)


def _line(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry).encode() + b"\n"


def _entry(line: bytes) -> dict[str, Any]:
    """What a line says; nothing where it is torn."""
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _append(path: Path, line: bytes) -> None:
    """Add a line, after the rest of one that was torn."""
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        whole = file.read(1) == b"\n"
    append(path, line if whole else b"\n" + line)
