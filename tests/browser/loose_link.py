"""A TCP proxy between browser and server on this computer, which breaks as real links do.

It cuts (every connection closed, new ones refused), stalls (nothing passes, nothing
closes), and loses single websocket frames of either direction.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from urllib.parse import urlsplit, urlunsplit

UP, DOWN = "up", "down"
Lost = Callable[[bytes], bool]
Exactly = Callable[[int], Awaitable[bytes]]


class LooseLink:
    """The link to one server."""

    def __init__(self, server: str) -> None:
        self._server = urlsplit(server)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._writers: set[asyncio.StreamWriter] = set()
        self._flows = {UP: asyncio.Event(), DOWN: asyncio.Event()}
        self._forgotten: set[asyncio.StreamWriter] = set()
        self._is_cut = False
        self._lose: dict[str, list[Lost]] = {UP: [], DOWN: []}
        self.lost = 0

    def __enter__(self) -> "LooseLink":
        for flow in self._flows.values():
            flow.set()
        self._thread.start()
        self._listening = self._do(asyncio.start_server(self._meet, "127.0.0.1", 0))
        port = self._listening.sockets[0].getsockname()[1]
        self.address = urlunsplit(self._server._replace(netloc=f"127.0.0.1:{port}"))
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.cut()
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _end(self) -> None:
        self._listening.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    # What a test does to the link

    def stall(self, *directions: str) -> None:
        """Let nothing pass; without a word, both ways."""
        self._call(*(self._flows[one].clear for one in directions or (UP, DOWN)))

    def cut(self) -> None:
        """Close every connection, with what was on its way, and refuse new ones."""
        self._is_cut = True
        self._call(self._close_all)

    def lose_for_ever(self) -> None:
        """Forget what there is: these connections never flow again, new ones do."""

        async def forget() -> None:
            self._forgotten |= self._writers

        self._do(forget())

    def mend(self) -> None:
        """Let everything pass again."""
        self._is_cut = False
        self._call(*(flow.set for flow in self._flows.values()))

    def lose(self, direction: str, which: Lost) -> None:
        """Lose the next websocket frame whose payload is of this kind, and no other."""
        self._lose[direction].append(which)

    def _call(self, *acts: Callable[[], object]) -> None:
        async def all_of_them() -> None:
            for act in acts:
                act()

        self._do(all_of_them())

    def _close_all(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    # What passes

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection(self._server.hostname, self._server.port)
        self._writers |= {writer, back}
        ways = (self._pass(reader, back, UP), self._pass(there, writer, DOWN))
        with suppress(OSError):
            await asyncio.gather(*ways)
        self._writers -= {writer, back}

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, direction: str
    ) -> None:
        is_socket, ahead = False, b""

        async def exactly(size: int) -> bytes:
            nonlocal ahead
            first, ahead = ahead[:size], ahead[size:]
            return first + await reader.readexactly(size - len(first))

        try:
            while True:
                if is_socket:
                    chunk = await self._frame(exactly, direction)
                else:
                    chunk = await reader.read(65536)
                    head = chunk[:2000].lower()
                    is_socket = b"upgrade: websocket" in head and (
                        direction == UP or head.startswith(b"http/1.1 101")
                    )
                    if is_socket:  # the first frame may come right behind the handshake
                        head, end, ahead = chunk.partition(b"\r\n\r\n")
                        chunk = head + end
                if not chunk and not is_socket:
                    break
                await self._flows[direction].wait()
                if writer in self._forgotten:
                    continue
                writer.write(chunk)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    async def _frame(self, exactly: Exactly, direction: str) -> bytes:
        """One frame of the websocket as it came, or nothing if it is to be lost (RFC 6455, 5.2)."""
        head = await exactly(2)
        size, mask = head[1] & 127, b""
        if size > 125:
            more = await exactly(2 if size == 126 else 8)
            head, size = head + more, int.from_bytes(more, "big")
        if head[1] & 128:
            mask = await exactly(4)
        body = await exactly(size)
        said = body
        if mask:
            pad = (mask * (size // 4 + 1))[:size]
            said = (int.from_bytes(body, "big") ^ int.from_bytes(pad, "big")).to_bytes(size, "big")
        for which in self._lose[direction]:
            if which(said):
                self._lose[direction].remove(which)
                self.lost += 1
                return b""
        return head + mask + body
