"""Where blocks are run: here, on several cores, or on an existing Dask cluster."""

from collections.abc import Iterator
from functools import partial

from igmfat_nb.trial.design import Design
from igmfat_nb.trial.replicate import Block, run_block
from igmfat_nb.trial.runs import Runner, Task
from igmfat_nb.workers import many


def local_runner(design: Design, seed: int, workers: int) -> Runner:
    """Run blocks in this process, or in ``workers`` others; they come as they are done."""
    if workers == 1:
        return partial(_one_by_one, design, seed)
    return partial(_side_by_side, design, seed, workers)


def cluster_runner(design: Design, seed: int, address: str) -> Runner:
    """Run the same blocks on the workers of a Dask scheduler; a lost worker's are run again."""
    return partial(_on_cluster, design, seed, address)


def _one_by_one(design: Design, seed: int, tasks: list[Task]) -> Iterator[Block]:
    for first, count in tasks:
        yield run_block(design, seed, first, count)


def _side_by_side(design: Design, seed: int, workers: int, tasks: list[Task]) -> Iterator[Block]:
    calls = [(design, seed, *task) for task in tasks]
    for _place, block in many.in_processes(run_block, calls, workers):
        yield block()


def _on_cluster(design: Design, seed: int, address: str, tasks: list[Task]) -> Iterator[Block]:
    calls = [(design, seed, *task) for task in tasks]
    for _place, block in many.on_cluster(run_block, calls, address):
        yield block()
