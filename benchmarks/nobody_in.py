"""Nobody in who does not belong: what SECURITY.md promises, tried on real servers and files.

    python benchmarks/nobody_in.py                        # all, some minutes
    python benchmarks/nobody_in.py --quick                # fewer tries of each
    python benchmarks/nobody_in.py --only proxy --only files
    python benchmarks/nobody_in.py --only proxy --with-log-in   # must say "not held"

Servers of this computer are started by their commands and asked as strangers would: through
nginx with TLS (where it is installed), by other addresses of loopback, by another site's page.
The odd files are those of the tests, each taken by its command in a process of its own.

Each line of the table says what was tried, what came of it and what is asked; the last line says
``held`` or ``not held``, and the exit code is 0 or 1. ``--with-log-in`` gives the stranger of
``proxy`` and ``addresses`` the password: a check that then still says ``held`` checks nothing.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from strangers.asking import ROOT, Look, Row
from strangers.classes import guesses, joins
from strangers.door import addresses, kernel, proxy, site
from strangers.files import files
from strangers.frames import frames, scripts
from strangers.limits import limits

sys.path.insert(0, str(ROOT / "tests"))  # the odd files and nginx's certificate are the tests'

FIGURES: dict[str, Callable[[Look], Iterator[Row]]] = {
    one.__name__: one
    for one in (proxy, addresses, guesses, joins, site, kernel, frames, scripts, limits, files)
}
VERDICTS = {True: "held", False: "NOT HELD", None: "not tried"}


def verdict(rows: list[Row]) -> str:
    """Held or not, and what could not be tried."""
    wrong = [row.what for row in rows if row.held is False]
    if wrong:
        return f"not held: {'; '.join(wrong)}"
    missing = [row.what for row in rows if row.held is None]
    return f"held (not tried: {'; '.join(missing)})" if missing else "held"


def main() -> int:
    """Print the table and whether it held."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer tries of each figure")
    parser.add_argument("--only", action="append", choices=FIGURES, help="this figure; repeatable")
    parser.add_argument("--with-log-in", action="store_true", help="must print “not held”")
    options = parser.parse_args()
    rows = []
    for name in options.only or FIGURES:
        began_s = time.monotonic()
        print(f"{name}", flush=True)
        with tempfile.TemporaryDirectory(prefix="nobody-in-") as folder:
            for row in FIGURES[name](Look(options.quick, options.with_log_in, Path(folder))):
                line = f"{row.what}: {row.found} [asked: {row.asked}]"
                print(f"  {VERDICTS[row.held]:<9}  {line}", flush=True)
                rows.append(row)
        print(f"  {time.monotonic() - began_s:.0f} s", flush=True)
    said = verdict(rows)
    print(said)
    return 1 if said.startswith("not held") else 0


if __name__ == "__main__":
    sys.exit(main())
