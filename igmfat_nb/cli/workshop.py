"""``igmfat workshop``: prepare, run and look back on a workshop."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from igmfat_nb.cli.access import class_access_options, port_option, warn_about
from igmfat_nb.cli.options import (
    Refused,
    Whole,
    json_option,
    kernels_option,
    print_json,
    refusing,
)
from igmfat_nb.cli.words import Group
from igmfat_nb.errors import MissingInput
from igmfat_nb.files import write_whole
from igmfat_nb.kernels.choice import Kernels, start_fork_server
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text, text_table

if TYPE_CHECKING:
    from igmfat_nb.server.access import Access
    from igmfat_nb.server.rehearse import Goal, Rehearsal
    from igmfat_nb.workshop.collect import ClassPicture


@click.group(cls=Group)
def workshop() -> None:
    """Teach the protocol: pack the material, serve the lessons, look at the class."""


@workshop.command()
@click.argument("files", metavar="SUMMARY.json...", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), help=_("Class picture to write (HTML)."))
@json_option
@refusing
def collect(files: tuple[str, ...], out: Path | None, as_json: bool) -> None:
    """Sum up participants' files; those that do not count are named with their reason."""
    from igmfat_nb.workshop.class_page import class_html
    from igmfat_nb.workshop.collect import collect as class_of
    from igmfat_nb.workshop.collect import hardest, picture_record

    picture = class_of(files)
    if out is not None and (picture.participants or not files):
        write_whole(out, class_html(picture))
    if as_json:
        print_json(picture_record(picture))
        _refuse_failed(picture, len(files))
        return
    click.echo(_("Participants: {n}.").format(n=number_text(picture.participants)))
    for one in hardest(picture):
        line = _(
            "{question}: attempts {attempts}, right at the first attempt {once}, right in the"
            " end {end}"
        )
        click.echo(
            line.format(
                question=one.question.key,
                attempts=number_text(one.attempts),
                once=quantity_text(100 * (one.share_at_once or 0), "%"),
                end=quantity_text(100 * (one.share_correct or 0), "%"),
            )
        )
    for left in picture.left_out:
        click.echo(_("Left out: {file}: {reason}").format(file=left.file, reason=left.reason))
    _refuse_failed(picture, len(files))


def _refuse_failed(picture: "ClassPicture", files: int) -> None:
    """What was named and could not be read, or no file that counts, is no success."""
    if unread := picture.unread:
        message = _("{unread} of {files} files cannot be read: {names}.")
        names = ", ".join(one.file for one in unread)
        raise Refused(message.format(unread=len(unread), files=files, names=names))
    if files and not picture.participants:
        raise Refused(_("None of the {files} files can be used.").format(files=files))


@workshop.command(name="pack")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=_("Archive to write."))
@click.option("--workers", type=Whole(1, 8), default=2, show_default=True)
@click.option("--quiet", is_flag=True, help=_("Show no progress."))
@kernels_option
@json_option
@refusing
def pack_command(out: Path, workers: int, quiet: bool, as_json: bool) -> None:
    """Make the archive for a class: notebooks, key, slides, handouts; twice the same bytes."""
    from hashlib import sha256

    from igmfat_nb.server.folder import notebooks_folder
    from igmfat_nb.workshop.pack import pack

    if not out.absolute().parent.is_dir():
        raise MissingInput(_("There is no folder {folder}.").format(folder=out.absolute().parent))
    told = (lambda _name: None) if quiet or as_json else (lambda name: click.echo(name, err=True))
    archive = pack(notebooks_folder(), workers=workers, done=told)
    write_whole(out, archive)
    digest = sha256(archive).hexdigest()
    if as_json:
        print_json({"file": str(out), "bytes": len(archive), "sha256": digest})
        return
    sentence = _("{file} is written: {size} kB, SHA-256 {digest}.")
    click.echo(sentence.format(file=out, size=number_text(len(archive) / 1000), digest=digest))


@workshop.command(name="serve")
@click.option("--seats", type=Whole(1, 200), default=30, show_default=True)
@class_access_options
@port_option
@click.option("--code", default="", help=_("Join code; default: a new one."))
@click.option("--pool", type=Whole(1, 8), default=1, help=_("Prepared kernels per lesson."))
@kernels_option
@json_option
@refusing
def serve_command(
    seats: int, access: "Access", port: int | None, code: str, pool: int, as_json: bool
) -> None:
    """Serve lessons and explorers to a class; Ctrl-C ends everything."""
    start_fork_server()  # it imports while this process does
    from igmfat_nb.server.workshop_run import Opened, serve_workshop

    def announce(opened: Opened) -> None:
        if as_json:
            print_json(opened.record())
        else:
            click.echo("\n".join(opened.lines()))

    warn_about(access)
    serve_workshop(seats=seats, access=access, port=port, code=code, pool=pool, announce=announce)


@workshop.command(name="rehearse")
@click.option("--seats", type=Whole(1, 200), default=30, show_default=True)
@click.option(
    "--compare", is_flag=True, help=_("Rehearse with started kernels, then with forked ones.")
)
@click.option("--quiet", is_flag=True, help=_("Show no progress."))
@kernels_option
@json_option
@refusing
def rehearse_command(seats: int, compare: bool, quiet: bool, as_json: bool) -> None:
    """Fill every seat on this machine, and say whether it holds and how many fit."""
    from igmfat_nb.cli.progress import progress
    from igmfat_nb.server.rehearse import rehearse

    kinds: tuple[Kernels | None, ...] = ("spawn", "fork") if compare else (None,)
    with progress(seats * len(kinds), _("seats"), quiet=quiet or as_json) as bar:
        found = {kind: rehearse(seats, lambda: bar.update(1), kernels=kind) for kind in kinds}
    if as_json:
        records = {str(kind): one.record() for kind, one in found.items()}
        print_json(records if compare else found[None].record())
        return
    click.echo("\n".join(_beside(found) if compare else _rehearsed(found[None])))


def _rehearsed(found: "Rehearsal") -> Iterator[str]:
    """Lines of one rehearsal: what was lost, whether it holds, the figures, the goals."""
    yield _("Seats: {seats}; lost: {lost}; answers shown at another seat: {mixed}.").format(
        seats=number_text(found.seats), lost=found.lost, mixed=found.mixed
    )
    yield _verdict(found)
    limits = {goal.name: goal for goal in found.goals()}
    for name, field, unit in _figures():
        if field not in ("seats", "lost", "mixed"):  # the first line says those
            goal = _goal_text(limits[field], unit) if field in limits else ""
            yield f"{name}: {_shown(found, field, unit)}{goal}"


def _verdict(found: "Rehearsal") -> str:
    from igmfat_nb.server.rehearse import LONGEST_FEEDBACK_S

    verdict = _("yes") if found.holds else _("no")
    return _(
        "This machine can serve them: {verdict} (no seat lost, 95 % of answers within {s} s)."
    ).format(verdict=verdict, s=number_text(LONGEST_FEEDBACK_S, 1))


def _beside(found: Mapping[Kernels | None, "Rehearsal"]) -> Iterator[str]:
    """Lines of several rehearsals of one run: a column each and the goals, then the verdicts."""
    limits = {goal.name: goal.limit for goal in next(iter(found.values())).goals()}
    rows = [
        [
            name,
            *(_shown(one, field, unit) for one in found.values()),
            quantity_text(limits[field], unit) if field in limits else "",
        ]
        for name, field, unit in _figures()
    ]
    header = [_("kernels"), *map(str, found), _("goal: at most")]
    yield from text_table(header, rows).splitlines()
    yield from (f"{kind}: {_verdict(one)}" for kind, one in found.items())


def _figures() -> list[tuple[str, str, str]]:
    """Name, field and unit of each figure of a rehearsal."""
    return [
        (_("seats"), "seats", ""),
        (_("lost"), "lost", ""),
        (_("answers shown at another seat"), "mixed", ""),
        (_("page open, median"), "open_p50_s", "s"),
        (_("page open, 95th percentile"), "open_p95_s", "s"),
        (_("answer to feedback, median"), "feedback_p50_s", "s"),
        (_("answer to feedback, 95th percentile"), "feedback_p95_s", "s"),
        (_("explorer, 95th percentile"), "move_p95_s", "s"),
        (_("memory of a seat"), "seat_mib", "MiB"),
        (_("processor time of server and kernels"), "processor_s", "s"),
        (_("memory available"), "available_mib", "MiB"),
        (_("seats that memory allows"), "seats_that_fit", ""),
    ]


def _shown(found: "Rehearsal", field: str, unit: str) -> str:
    value = getattr(found, field)
    return _("not measured") if value is None else quantity_text(value, unit, 2).strip()


def _goal_text(goal: "Goal", unit: str) -> str:
    sentence = _("; goal: at most {limit}: {verdict}")
    verdict = _("met") if goal.met else _("missed")
    return sentence.format(limit=quantity_text(goal.limit, unit), verdict=verdict)
