"""What may pass between a page and its kernel.

Inwards: only frames of the v1 protocol whose table of offsets can be true. A
peer on the legacy protocol, or a forged offset count, sends voila 0.5.13 with
jupyter_server 2.21 into an endless loop (no issue found: Voilà reads as many offsets
as the first eight bytes say, before it looks whether there are any).

A page that lost its link says again what had no answer: a message that was heard
before is not passed on twice. Between the frames a page asks ``alive N``; the
answer counts the frames that came through each way, so that a lost one is noticed.

Outwards: a failure in the kernel arrives as ``error``, as ``stream`` or inside a
reply, with a traceback and this machine's paths, although tracebacks are off.
All of them leave as one plain sentence (voila issues 604, of callbacks, and 203, of
output widgets: open).
"""

import json
import re
from typing import Any
from weakref import WeakKeyDictionary

from jupyter_client.session import DELIM
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado import web

from igmfat_nb.language import _, mark

V1 = "v1.kernel.websocket.jupyter.org"
CHANNELS = (b"shell", b"control", b"stdin")
FEWEST_PARTS, MOST_PARTS = 6, 64  # channel, header, parent, metadata, content and the end
OFFSET_BYTES = 8

ALIVE = re.compile(r"alive (\d{1,9})")
REMEMBERED = 512  # messages of a page; more are never on their way at once

FAILURE = mark(
    "Something went wrong in the calculation, so the results are hidden: they may belong to"
    " what was entered before. Reload the page before going on."
)
HEADER, CONTENT = 0, 3
TRACEBACK = re.compile(rb'Traceback \(most recent call last\)|"traceback"|\\u001b\[')
FAILED = re.compile(r"\b[A-Z]\w*(?:Error|Exception|Interrupt)\b")
OUR_LINE = re.compile(r"(igmfat_nb[/\\][\w/\\]+\.py)\D{1,12}(\d+)")


class GuardedChannels(ZMQChannelsWebsocketConnection):
    """One page's websocket: checked frames in, no traceback out."""

    async def prepare(self) -> None:
        """Refuse a peer that does not speak the v1 protocol."""
        asked = self.websocket_handler.request.headers.get("Sec-WebSocket-Protocol", "")
        if V1 not in [name.strip() for name in asked.split(",")]:
            raise web.HTTPError(400, "This websocket needs the protocol v1.")
        await super().prepare()  # type: ignore[no-untyped-call]

    _frames_heard = 0

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        """Pass on a well-formed frame, once; close the socket on anything else."""
        if isinstance(incoming_msg, str) and (asked := ALIVE.fullmatch(incoming_msg)):
            self._tell_that_alive(asked[1])
            return
        if not is_well_formed(incoming_msg):
            self.websocket_handler.close(1003, "malformed frame")
            return
        self._frames_heard += 1
        if self.channels and not is_news_to(self.kernel_manager, message_id(incoming_msg)):
            return
        try:
            super().handle_incoming_message(incoming_msg)
        except Exception as error:  # one bad frame must not print one stack each
            self.log.warning("A frame could not be passed on: %s", type(error).__name__)
            self.websocket_handler.close(1003, "malformed frame")

    def _tell_that_alive(self, number: str) -> None:
        """Answer how many frames were heard and told on this link so far."""
        told = getattr(self.websocket_handler, "frames_told", 0)
        self.websocket_handler.write_message(f"alive {number} {self._frames_heard} {told}")

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Pass on what the kernel says, a failure as one plain sentence."""
        identities: list[bytes]
        parts: list[bytes]
        identities, parts = self.session.feed_identities(outgoing_msg)  # type: ignore[assignment]
        said = parts[1:]
        told = without_traceback(said)
        if told is None:
            return
        if told is not said:
            self.log.warning("A calculation failed: %s", failure_in(said))
        super().handle_outgoing_message(stream, [*identities, DELIM, parts[0], *told])


def is_well_formed(frame: object) -> bool:
    """Whether a frame's parts can be walked: sane count, rising offsets, a known channel."""
    if not isinstance(frame, bytes) or len(frame) < OFFSET_BYTES * (FEWEST_PARTS + 1):
        return False
    count = int.from_bytes(frame[:OFFSET_BYTES], "little")
    table_end = OFFSET_BYTES * (count + 1)
    if not FEWEST_PARTS <= count <= MOST_PARTS or table_end > len(frame):
        return False
    offsets = [
        int.from_bytes(frame[at : at + OFFSET_BYTES], "little")
        for at in range(OFFSET_BYTES, table_end, OFFSET_BYTES)
    ]
    walkable = offsets == sorted(offsets) and offsets[0] == table_end and offsets[-1] == len(frame)
    return walkable and frame[offsets[0] : offsets[1]] in CHANNELS and _has_header(frame, offsets)


def message_id(frame: bytes) -> str:
    """Id of the message about a widget in a well-formed frame; nothing for any other message."""
    begin, end = (int.from_bytes(frame[at : at + OFFSET_BYTES], "little") for at in (16, 24))
    header = json.loads(frame[begin:end])
    number = header.get("msg_id") if header["msg_type"].startswith("comm_") else ""
    return number if isinstance(number, str) else ""


def is_news_to(kernel: Any, number: str) -> bool:
    """Whether a kernel has not yet been given the message with this id; from now on it has."""
    heard = _heard.setdefault(kernel, {})
    if number in heard:
        return False
    if number:
        heard[number] = None
        if len(heard) > REMEMBERED:
            del heard[next(iter(heard))]
    return True


#: Ids of messages by kernel, the oldest first; kept with it, and only the server's loop asks.
_heard: WeakKeyDictionary[Any, dict[str, None]] = WeakKeyDictionary()


def _has_header(frame: bytes, offsets: list[int]) -> bool:
    """Whether the header names a message: the server reads it, not only the kernel."""
    try:
        header = json.loads(frame[offsets[1] : offsets[2]])
    except (ValueError, RecursionError):
        return False
    return isinstance(header, dict) and isinstance(header.get("msg_type"), str)


def without_traceback(parts: list[bytes]) -> list[bytes] | None:
    """The message without what a reader must not see; None when nothing is left.

    Parameters
    ----------
    parts : list of bytes
        Header, parent header, metadata, content, buffers.
    """
    header, content = json.loads(bytes(parts[HEADER])), bytes(parts[CONTENT])
    kind = header["msg_type"]
    if kind == "error" or TRACEBACK.search(content):
        return _failed_reply(parts) if kind.endswith("_reply") else _failure(header, parts)
    if kind == "stream" and json.loads(content).get("name") == "stderr":
        return None  # warnings name files of this machine
    return parts


def _failure(header: dict[str, Any], parts: list[bytes]) -> list[bytes]:
    """The one message that tells the page of a failure."""
    content = {"ename": "Failure", "evalue": _(FAILURE), "traceback": []}
    told = json.dumps({**header, "msg_type": "error"}).encode()
    return [told, bytes(parts[1]), b"{}", json.dumps(content).encode()]


def _failed_reply(parts: list[bytes]) -> list[bytes]:
    content = {"status": "error", "ename": "Failure", "evalue": _(FAILURE), "traceback": []}
    return [bytes(parts[0]), bytes(parts[1]), bytes(parts[2]), json.dumps(content).encode()]


def failure_in(parts: list[bytes]) -> str:
    """What failed and where in our code, for the log: no values, they may be a patient's."""
    text = bytes(parts[CONTENT]).decode("utf-8", "replace").replace("\\n", "\n")
    text = re.sub(r"\\u001b\[[\d;]*m", "", text)
    names, lines = FAILED.findall(text), OUR_LINE.findall(text)
    name = names[-1] if names else "unknown"
    return f"{name} at {lines[-1][0]}:{lines[-1][1]}" if lines else name
