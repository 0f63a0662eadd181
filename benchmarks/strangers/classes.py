"""Who guesses a class's code, or joins again and again."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from igmfat_nb.workshop.classroom import MOST_SEATS
from strangers.asking import Look, Row, ask, counted, served

CLASS, CLASS_S = 30, 60.0


def guesses(look: Look) -> Iterator[Row]:
    """A class joins from one address while its code is guessed: by one browser, by many."""
    crowds = {"one browser": 8, "one address": 100, "all addresses": 0 if look.quick else 600}
    with served(look, "workshop", "serve", "--base-url", "/class/") as opened:
        address, code = opened["address"], opened["code"]
        guesser = ask(address).cookie

        def guess(kind: str, number: int) -> int:
            source = {"one browser": "", "one address": "127.0.0.40"}.get(
                kind, f"127.0.0.{50 + number % 40}"
            )
            cookie = guesser if kind == "one browser" else ""
            return ask(address, "", "POST", "code=WRONG2", source, Cookie=cookie).status

        def join(_number: int) -> tuple[int, float]:
            cookie = ask(address).cookie
            status = ask(address, "", "POST", f"code={code}", Cookie=cookie).status
            return status, time.monotonic()

        with ThreadPoolExecutor(200) as wrong, ThreadPoolExecutor(CLASS) as right:
            guessed = {
                kind: [wrong.submit(guess, kind, one) for one in range(number)]
                for kind, number in crowds.items()
            }
            time.sleep(1.0)
            began_s = time.monotonic()
            joined = list(right.map(join, range(CLASS)))
            seconds = max(at for _status, at in joined) - began_s
        for kind, ones in guessed.items():
            statuses = [one.result() for one in ones]
            if statuses:
                what = f"{len(statuses)} guesses of a code, {kind}"
                yield Row(
                    what,
                    counted(statuses),
                    "some 429, none 303",
                    held=429 in statuses and 303 not in statuses,
                )
        inside = sum(status == 303 for status, _at in joined)
        yield Row(
            f"{CLASS} join from one address meanwhile",
            f"{inside} within {seconds:.1f} s",
            f"{CLASS} within {CLASS_S:.0f} s",
            held=inside == CLASS and seconds <= CLASS_S,
        )


def joins(look: Look) -> Iterator[Row]:
    """One participant joins again and again."""
    again = 100 if look.quick else MOST_SEATS + 100
    with served(look, "workshop", "serve", "--base-url", "/class/") as opened:
        address, typed = opened["address"], f"code={opened['code']}"
        honest = ask(address, "", "POST", typed).cookie
        heard, joined = [], []
        for number in range(again):
            joined.append(ask(address, "", "POST", typed, f"127.0.0.{2 + number // 200}").status)
            if number % 20 == 0:  # their page asks every few seconds
                heard.append(ask(address, "seats", Cookie=honest).status)
        last = ask(address, "", "POST", typed, "127.0.0.99").status
        yield Row(
            f"one participant joins {again} times",
            f"another stays ({counted(heard)}), a next one joins ({last})",
            "200 and 303",
            held=set(heard) == {200} and last == 303 and 303 in joined,
        )
