"""How often something may be done: by one browser, from one address, by all together.

Whoever guesses is slowed first: a browser by its own wrong guesses, then all
browsers of its address that guess, then everybody who guesses.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address

Clock = Callable[[], float]
MOST_KEYS = 10_000
LONGEST_DELAY_S = 10.0  # a guess that would wait longer is refused


class Pace:
    """So many at once, then one at a time.

    Parameters
    ----------
    burst : int
        How many are free.
    every_s : float
        Time that one more takes to become free [s].
    clock : callable, optional
        Seconds of a clock that only goes forward.
    """

    def __init__(self, burst: int, every_s: float, *, clock: Clock = time.monotonic) -> None:
        self.burst, self.every_s = burst, every_s
        self._clock = clock
        #: Until when the key's turns are used up, the one that was used longest ago first.
        self._used: OrderedDict[str, float] = OrderedDict()

    def wait_s(self, key: str) -> float:
        """Time until the key's next turn [s]; 0 when it may go on."""
        ahead_s = self._used.get(key, 0.0) - self._clock()
        return max(0.0, ahead_s - (self.burst - 1) * self.every_s)

    def take(self, key: str) -> None:
        """Use a turn."""
        self._used[key] = max(self._used.get(key, 0.0), self._clock()) + self.every_s
        self._used.move_to_end(key)
        while len(self._used) > MOST_KEYS:
            self._used.popitem(last=False)

    def give_back(self, key: str) -> None:
        """Return a turn that was no offence."""
        if key in self._used:
            self._used[key] -= self.every_s


class Guesses:
    """Guesses of a code or password.

    Parameters
    ----------
    clock : callable, optional
        Seconds of a clock that only goes forward.
    """

    def __init__(self, *, clock: Clock = time.monotonic) -> None:
        self._browsers = Pace(5, 10.0, clock=clock)
        self._addresses = Pace(60, 0.5, clock=clock)
        self._all = Pace(300, 0.2, clock=clock)

    def _levels(self, browser: str, address: str) -> list[tuple[Pace, str]]:
        """The paces that a guess must keep; who shows no cookie of ours shares all but the first.

        A browser that took a cookie before it guessed is not slowed by those that did not.
        """
        kind = "browser" if browser else "nobody"
        together = [(self._addresses, f"{kind} {network_of(address)}"), (self._all, kind)]
        return [(self._browsers, browser), *together] if browser else together

    def wait_s(self, browser: str, address: str) -> float:
        """Time until a guess is looked at [s].

        Parameters
        ----------
        browser : str
            Cookie of ours, or nothing.
        address : str
            Internet address.
        """
        return max(pace.wait_s(key) for pace, key in self._levels(browser, address))

    def take(self, browser: str, address: str) -> None:
        """Count a guess before it is looked at: many at once must not slip through."""
        for pace, key in self._levels(browser, address):
            pace.take(key)

    def was_right(self, browser: str, address: str) -> None:
        """Return the turn: a right guess is none."""
        for pace, key in self._levels(browser, address):
            pace.give_back(key)


def network_of(address: str) -> str:
    """What one visitor has: an IPv4 address, or the 64 bits in front of an IPv6 one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(int(found) >> 64)
