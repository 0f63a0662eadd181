"""One command opens a workshop: address, join code, trainer's link, QR code."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.server.access import Access
from igmfat_nb.server.folder import notebooks_folder
from igmfat_nb.server.joining import lesson_notebooks
from igmfat_nb.server.launcher import serve
from igmfat_nb.server.qr import qr_terminal
from igmfat_nb.server.settings import Serving
from igmfat_nb.server.workshop import WorkshopServer
from igmfat_nb.workshop.classroom import CODE_SIGNS, Classroom
from igmfat_nb.workshop.panel import IN_CLASS

SHORTEST_CODE, LONGEST_CODE = 4, 12


@dataclass(frozen=True, slots=True)
class Opened:
    """What a trainer needs to know."""

    address: str
    join_address: str
    trainer_address: str
    code: str
    seats: int

    def record(self) -> dict[str, Any]:
        """As a JSON document."""
        return {
            "address": self.address,
            "join_address": self.join_address,
            "trainer": self.trainer_address,
            "code": self.code,
            "seats": self.seats,
            "free_seats": self.seats,
            "pid": os.getpid(),
        }

    def lines(self) -> list[str]:
        """As lines to read, the QR code first."""
        return [
            qr_terminal(self.join_address),
            _("Address:   {address}").format(address=self.address),
            _("Join code: {code}").format(code=self.code),
            _("Free seats: {seats}").format(seats=number_text(self.seats)),
            _("Trainer's page, for you alone: {address}").format(address=self.trainer_address),
            _("Ctrl-C ends the workshop and forgets its answers."),
        ]


def serve_workshop(
    *,
    seats: int,
    access: Access,
    port: int | None,
    code: str,
    pool: int,
    announce: Callable[[Opened], None],
) -> None:
    """Serve the lessons until Ctrl-C; then nothing is left.

    Parameters
    ----------
    seats : int
        Pages at the same time.
    access : Access
        Where to listen, and under which names.
    code : str
        Join code; a new one where it is empty.
    pool : int
        Warm kernels for each lesson.
    announce : callable
        Called once the server answers.
    """
    classroom = Classroom(code=read_code(code)) if code else Classroom()
    os.environ[IN_CLASS] = "1"
    opened: list[WorkshopServer] = []

    def server(**kwargs: Any) -> WorkshopServer:
        opened.append(WorkshopServer(classroom=classroom, **kwargs))
        return opened[0]

    def tell(address: str) -> None:
        found = opened[0]
        announce(Opened(address, found.join_address, found.trainer_address, classroom.code, seats))

    serving = Serving(
        notebook=lesson_notebooks(notebooks_folder())[0],
        access=access,
        port=port,
        pool=pool,
        seats=seats,
    )
    serve(serving, tell, server)  # type: ignore[arg-type]


def read_code(typed: str) -> str:
    """Check a trainer's own join code."""
    code = typed.strip().upper()
    if SHORTEST_CODE <= len(code) <= LONGEST_CODE and set(code) <= set(CODE_SIGNS):
        return code
    message = _("The join code is “{typed}”; expected {least} to {most} of {signs}.")
    raise UnreadableInput(
        message.format(typed=typed[:40], least=SHORTEST_CODE, most=LONGEST_CODE, signs=CODE_SIGNS)
    )
