"""The class picture as a page: which questions failed most, answers as plots, what was left out."""

from html import escape
from statistics import median

from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE, number_text, quantity_text
from igmfat_nb.workshop.checking import error_text, expected_text
from igmfat_nb.workshop.collect import ClassPicture, LeftOut, QuestionPicture, hardest
from igmfat_nb.workshop.frame import page
from igmfat_nb.workshop.question import NumberQuestion

WIDTH, ROW = 640, 22
MOST_ERRORS, MOST_ANSWERS = 3, 8


def class_html(picture: ClassPicture) -> str:
    """The whole page, without anything to load."""
    count = _("Participants: {n}.").format(n=number_text(picture.participants))
    tried = hardest(picture)
    body = f"<p>{escape(count)}</p>{_minutes(picture)}"
    if tried:
        body += f"<section><h2>{escape(_('Which questions failed most'))}</h2>"
        body += f"{_share_plot(tried)}{_table(tried)}</section>"
        body += f"<h2>{escape(_('First answers'))}</h2>"
        body += "".join(_answers(one) for one in tried)
    else:
        body += f"<p>{escape(_('No question was answered yet.'))}</p>"
    return page(_("The class"), body + left_out_table(picture.left_out), _(NOTICE))


def left_out_table(left_out: tuple[LeftOut, ...]) -> str:
    """Which files do not count, and why."""
    title = f"<h2>{escape(_('Left out'))}</h2>"
    if not left_out:
        return f"<section>{title}<p>{escape(_('No file was left out.'))}</p></section>"
    rows = "".join(
        f"<tr><td>{escape(one.file)}</td><td>{escape(one.reason)}</td></tr>" for one in left_out
    )
    heads = f"<tr><th>{escape(_('File'))}</th><th>{escape(_('Why'))}</th></tr>"
    return f"<section>{title}<table><thead>{heads}</thead><tbody>{rows}</tbody></table></section>"


def _minutes(picture: ClassPicture) -> str:
    """How long each lesson took; a class that still runs has noted no times."""
    lines = [
        _("Lesson {key}: {n} participants, {minutes} minutes at the median.").format(
            key=key, n=len(minutes), minutes=number_text(median(minutes), 1)
        )
        for key, minutes in picture.minutes.items()
        if any(minutes)
    ]
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _share_plot(tried: list[QuestionPicture]) -> str:
    """Bars: right at the first attempt (dark) and in the end (light)."""
    left, bar = 130, WIDTH - 220  # room for “100 → 100 %”
    rows = []
    for number, one in enumerate(tried):
        y = number * ROW
        once, end = one.share_at_once or 0.0, one.share_correct or 0.0
        label = f"{100 * once:.0f} → {100 * end:.0f} %"
        rows.append(
            f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{escape(one.question.key)}</text>'
            f'<rect x="{left}" y="{y + 3}" width="{bar * end:.1f}" height="16" fill="#bcd8ee"/>'
            f'<rect x="{left}" y="{y + 3}" width="{bar * once:.1f}" height="16" fill="#0a6ebd"/>'
            f'<text x="{left + bar * end + 6:.1f}" y="{y + 15}">{label}</text>'
        )
    title = _("Right at the first attempt (dark) and in the end (light)")
    return _svg(title, len(tried) * ROW + 4, "".join(rows))


def _table(tried: list[QuestionPicture]) -> str:
    columns = (
        _("Question"),
        _("Asked"),
        _("Tried by"),
        _("Attempts"),
        _("Right at once"),
        _("Right in the end"),
        _("Commonest errors"),
    )
    heads = "".join(f"<th>{escape(column)}</th>" for column in columns)
    rows = "".join(_row(one) for one in tried)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _row(one: QuestionPicture) -> str:
    errors = ", ".join(
        f"{error_text(one.question, key)} ({count})" for key, count in one.errors[:MOST_ERRORS]
    )
    cells = (
        one.question.key,
        _(one.question.prompt),
        number_text(one.participants),
        number_text(one.attempts),
        quantity_text(100 * (one.share_at_once or 0.0), "%"),
        quantity_text(100 * (one.share_correct or 0.0), "%"),
        errors or "–",
    )
    key, *others = (escape(cell) for cell in cells)
    rest = "".join(f"<td>{cell}</td>" for cell in others)
    return f'<tr><td class="ig-key">{key}</td>{rest}</tr>'


def _answers(one: QuestionPicture) -> str:
    """The distribution of first answers: numbers on an axis, choices as bars."""
    title = f"{one.question.key}: {_(one.question.prompt)}"
    answer = _("Answer: {answer}").format(answer=expected_text(one.question))
    plot = _dots(one) if isinstance(one.question, NumberQuestion) else ""
    return (
        f"<section><h3>{escape(title)}</h3><p><small>{escape(answer)}</small></p>"
        f"{plot}{_bars(one)}</section>"
    )


def _dots(one: QuestionPicture) -> str:
    """First answers on a line, the right one marked; far ones stand at the edge."""
    if not isinstance(one.question, NumberQuestion) or not one.numbers:
        return ""
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
        dots.append(f'<circle cx="{x}" cy="{52 - 7 * min(level, 6)}" r="4" fill="#0a6ebd"/>')
    decimals = one.question.decimals
    low, high = number_text(truth - below, decimals), number_text(truth + reach, decimals)
    unit = escape(_(one.question.unit))
    axis = (
        f'<line x1="8" x2="{WIDTH - 8}" y1="52" y2="52" stroke="#8795a1"/>'
        f'<line x1="{WIDTH / 2}" x2="{WIDTH / 2}" y1="4" y2="58" stroke="#1a7f4b"/>'
        f'<text x="8" y="70">≤ {low}</text>'
        f'<text x="{WIDTH - 8}" y="70" text-anchor="end">≥ {high} {unit}</text>'
    )
    return _svg(_("First answers; the line is the right one"), 76, axis + "".join(dots))


def _bars(one: QuestionPicture) -> str:
    shown = one.answers[:MOST_ANSWERS]
    rows = "".join(f"<tr><td>{escape(answer)}</td><td>{count}</td></tr>" for answer, count in shown)
    heads = f"<tr><th>{escape(_('First answer'))}</th><th>{escape(_('Participants'))}</th></tr>"
    return f"<table><thead>{heads}</thead><tbody>{rows}</tbody></table>"


def _svg(title: str, height: float, inside: str) -> str:
    """A drawing below a line that says what it shows."""
    return (
        f"<p><small>{escape(title)}</small></p>"
        f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
        f'font-size="12" font-family="system-ui, sans-serif"><title>{escape(title)}</title>'
        f"{inside}</svg>"
    )
