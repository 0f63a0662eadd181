"""How long a large event table takes to become cases: python benchmarks/event_tables.py

Aim: 100,000 rows of 5,000 subjects within 10 s and 1 GiB on two cores, linear. Times are
processor time of this process, so that other work on the machine counts less; the last two
columns compare a row of each size with one of the size before.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from igmfat_nb.case import case_text
from igmfat_nb.cohort.text_tables import read_text_table
from igmfat_nb.event_tables import import_rows, read_mapping
from igmfat_nb.event_tables.examples import own_text
from igmfat_nb.event_tables.exporting import Course, course_of, write_events
from igmfat_nb.teaching_cases import made_cases

ROWS_A_SUBJECT = 20


def courses(count: int) -> Iterator[Course]:
    """Made cases again and again, each filled up with events to the same number of rows."""
    made = [course_of(case) for case in made_cases(50, 7)]
    for number in range(count):
        course = made[number % len(made)]
        events = list(course.events)
        while len(course.titres) + len(course.doses) + len(events) < ROWS_A_SUBJECT:
            events.append((3.0 * len(events), "bleeding"))
        yield replace(course, subject=f"S-{number}", events=events)


def measured(subjects: int, folder: Path) -> tuple[float, float, float]:
    """Processor seconds to read the table, to make the cases, to word them as files."""
    table, mapping = folder / "events.csv", folder / "own.yaml"
    mapping.write_text(own_text(), encoding="utf-8")
    with table.open("w", encoding="utf-8", newline="") as file:
        assert sum(write_events(courses(subjects), file)) == ROWS_A_SUBJECT * subjects
    marks = [time.process_time()]
    frame = read_text_table(table)
    marks.append(time.process_time())
    found = import_rows(frame, read_mapping(mapping))
    marks.append(time.process_time())
    assert len([case_text(case) for case in found.cases]) == subjects
    marks.append(time.process_time())
    return marks[1] - marks[0], marks[2] - marks[1], marks[3] - marks[2]


def main() -> None:
    """Print a line a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, nargs="+", default=[50, 500, 5000])
    before = 0.0
    for subjects in parser.parse_args().subjects:
        with tempfile.TemporaryDirectory() as folder:
            parts = measured(subjects, Path(folder))
        rows, whole = ROWS_A_SUBJECT * subjects, sum(parts)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        ratio = f"{whole / rows / before:.2f}" if before else ""
        before = whole / rows
        read, made, worded = parts
        print(
            f"{rows:>9,} rows  {whole:6.1f} s (read {read:.1f}, cases {made:.1f}, files"
            f" {worded:.1f})  {peak:.2f} GiB  {ratio}"
        )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
