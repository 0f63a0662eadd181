"""Sockets of a kernel that runs a notebook for a document: in a folder of the run's own."""

import os
from pathlib import Path
from typing import Any

LONGEST_SOCKET_PATH = 90  # the system allows 107, and the kernel adds to it


def private_sockets(folder: str) -> Any:
    """Talk to the kernel through files of this run's own folder: no port, no one else's."""
    from traitlets.config import Config

    place = str(Path(folder) / "kernel")
    if os.name == "nt" or len(place) > LONGEST_SOCKET_PATH:
        return Config()
    return Config({"KernelManager": {"transport": "ipc", "ip": place}})
