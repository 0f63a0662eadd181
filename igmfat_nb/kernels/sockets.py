"""Sockets of a kernel that runs a notebook for a document: in a folder of the run's own."""

import os
from pathlib import Path
from typing import Any

LONGEST_SOCKET_PATH = 90  # the system allows 107, and the kernel adds to it


def private_sockets(folder: str) -> Any:
    """Talk to the kernel through files of this run's own folder: no port, no one else's."""
    from traitlets.config import Config

    place = Path(folder) / "kernel"
    # Also what says where they are: an end that is told to all at once leaves no time to tidy up.
    of_kernel = {"connection_file": str(place.with_suffix(".json"))}
    if os.name != "nt" and len(str(place)) <= LONGEST_SOCKET_PATH:
        of_kernel |= {"transport": "ipc", "ip": str(place)}
    return Config({"KernelManager": of_kernel})
