"""A run that the command line saved, as the files of its folder: shown without running it again."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.trial.replicate import Block
from igmfat_nb.trial.runs import MANIFEST, Task, saved_run
from igmfat_nb.trial.summary import first_replicates, joined
from igmfat_nb.widgets.trial.run import Finished, Pair
from igmfat_nb.widgets.trial.typed import MOST_REPLICATES


def finished_of(folder: str, files: Mapping[str, bytes]) -> Finished:
    """The results of a saved run; of more trials than a page runs, of the first ones.

    Only titres and the immortal-time picture, which no folder holds, are simulated again, for the
    first patients.

    Parameters
    ----------
    folder : str
        Its name, for a refusal.
    files : dict
        Name → content, of files of that folder alone.

    Raises
    ------
    IgmFatError
        One sentence, if it is no run, or none of its trials is whole.
    """
    with TemporaryDirectory() as place:
        copy = Path(place) / (Path(folder).name or MANIFEST)
        copy.mkdir()
        for name, content in files.items():
            (copy / Path(name).name).write_bytes(content)
        try:
            run, count = saved_run(copy)
            blocks = list(run.blocks(count, _nothing)) if count else []
        except (KeyError, ValueError, TypeError, OSError) as error:
            if hasattr(error, "place"):
                raise
            message = _("{folder} cannot be read as a saved run.").format(folder=folder)
            raise UnreadableInput(message) from error
    if not blocks:
        message = _("{folder} contains no whole trial from the first on.")
        raise UnreadableInput(message.format(folder=folder))
    count = min(count, MOST_REPLICATES)
    pair = Pair(run.design, run.seed)
    pair.watch(count)
    return pair.summed_up(first_replicates(joined(blocks), count), None, folder=folder)


def _nothing(_tasks: list[Task]) -> list[Block]:
    return []
