"""The class picture as a page: which questions failed most, answers as plots, what was left out."""

from statistics import median

from markupsafe import Markup

from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE, number_text, quantity_text
from igmfat_nb.workshop.checking import error_text, expected_text
from igmfat_nb.workshop.collect import ClassPicture, LeftOut, QuestionPicture, hardest
from igmfat_nb.workshop.frame import page, parts
from igmfat_nb.workshop.question import NumberQuestion

WIDTH, ROW = 640, 22
MOST_ERRORS, MOST_ANSWERS = 3, 8


def class_html(picture: ClassPicture) -> str:
    """The whole page, without anything to load."""
    count = _("Participants: {n}.").format(n=number_text(picture.participants))
    tried = hardest(picture)
    said = count, _minutes(picture)
    if tried:
        title, head = _("Which questions failed most"), _("First answers")
        answers = [_answers(one) for one in tried]
        body = parts("picture", *said, title, _share_plot(tried), _table(tried), head, answers)
    else:
        body = parts("untried", *said, _("No question was answered yet."))
    return page(_("The class"), body + left_out_table(picture.left_out), _(NOTICE))


def left_out_table(left_out: tuple[LeftOut, ...]) -> Markup:
    """Which files do not count, and why."""
    inside = parts("paragraph", _("No file was left out."))
    if left_out:
        rows = [(one.file, one.reason) for one in left_out]
        inside = parts("table", (_("File"), _("Why")), rows)
    return parts("section", _("Left out"), inside)


def _minutes(picture: ClassPicture) -> list[str]:
    """How long each lesson took; a class that still runs has noted no times."""
    return [
        _("Lesson {key}: {n} participants, {minutes} minutes at the median.").format(
            key=key, n=len(minutes), minutes=number_text(median(minutes), 1)
        )
        for key, minutes in picture.minutes.items()
        if any(minutes)
    ]


def _share_plot(tried: list[QuestionPicture]) -> Markup:
    """Bars: right at the first attempt (dark) and in the end (light)."""
    left, bar = 130, WIDTH - 220  # room for “100 → 100 %”
    rows = []
    for number, one in enumerate(tried):
        y = number * ROW
        once, end = one.share_at_once or 0.0, one.share_correct or 0.0
        shown = {"y": y, "key": one.question.key, "after": f"{left + bar * end + 6:.1f}"}
        shown |= {"label": f"{100 * once:.0f} → {100 * end:.0f} %"}
        rows.append(shown | {"once": f"{bar * once:.1f}", "end": f"{bar * end:.1f}"})
    title = _("Right at the first attempt (dark) and in the end (light)")
    return _svg(title, len(tried) * ROW + 4, parts("bars", rows, left))


def _table(tried: list[QuestionPicture]) -> Markup:
    columns = (
        _("Question"),
        _("Asked"),
        _("Tried by"),
        _("Attempts"),
        _("Right at once"),
        _("Right in the end"),
        _("Commonest errors"),
    )
    return parts("questions", columns, [_row(one) for one in tried])


def _row(one: QuestionPicture) -> tuple[str, ...]:
    errors = ", ".join(
        f"{error_text(one.question, key)} ({count})" for key, count in one.errors[:MOST_ERRORS]
    )
    return (
        one.question.key,
        _(one.question.prompt),
        number_text(one.participants),
        number_text(one.attempts),
        quantity_text(100 * (one.share_at_once or 0.0), "%"),
        quantity_text(100 * (one.share_correct or 0.0), "%"),
        errors or "–",
    )


def _answers(one: QuestionPicture) -> Markup:
    """The distribution of first answers: numbers on an axis, choices as bars."""
    title = f"{one.question.key}: {_(one.question.prompt)}"
    answer = _("Answer: {answer}").format(answer=expected_text(one.question))
    plot = _dots(one) if isinstance(one.question, NumberQuestion) else Markup()
    return parts("answers", title, answer, plot, _bars(one))


def _dots(one: QuestionPicture) -> Markup:
    """First answers on a line, the right one marked; far ones stand at the edge."""
    if not isinstance(one.question, NumberQuestion) or not one.numbers:
        return Markup()
    truth = one.question.expected
    reach = max(abs(truth), 10 * one.question.tolerance)
    below = min(reach, truth) if truth > 0 else reach  # no such answer is below 0
    stacked: dict[int, int] = {}
    dots = []
    for value in sorted(one.numbers):
        away = value - truth
        place = min(max(away / (reach if away > 0 else below), -1.0), 1.0)
        x = round((WIDTH / 2) + place * (WIDTH / 2 - 12))
        level = stacked[x] = stacked.get(x, 0) + 1
        dots.append((x, 52 - 7 * min(level, 6)))
    decimals = one.question.decimals
    low, high = number_text(truth - below, decimals), number_text(truth + reach, decimals)
    inside = parts("dots", WIDTH, low, high, _(one.question.unit), dots)
    return _svg(_("First answers; the line is the right one"), 76, inside)


def _bars(one: QuestionPicture) -> Markup:
    shown = one.answers[:MOST_ANSWERS]
    return parts("table", (_("First answer"), _("Participants")), shown)


def _svg(title: str, height: float, inside: Markup) -> Markup:
    """A drawing below a line that says what it shows."""
    return parts("drawing", title, WIDTH, height, inside)
