"""What the front page and the trainer's page of a workshop say."""

from igmfat_nb.language import _


def frame_words() -> dict[str, str]:
    """What stands above and below every page of a workshop."""
    return {
        "title": _("IgM-FAT workshop"),
        "what": _("workshop"),
        "footer": _("runs on your trainer's computer, sends nothing to any other"),
    }


def front_words(*, free: int, seats: int, address: str) -> dict[str, str]:
    """Words of the way in."""
    return {
        "title": _("IgM-FAT workshop"),
        "code": _("Join code"),
        "join": _("Join"),
        "privacy": _(
            "No name is asked. Answers stay in your browser, and your trainer sees them only if"
            " you agree."
        ),
        "lessons": _("Lessons"),
        "explore": _("Explore freely"),
        "free": _(
            "{free} of {seats} seats are free; every open page takes one. Address: {address}"
        ).format(free=free, seats=seats, address=address),
    }


def wrong_code_words() -> str:
    """What is said to a code that is not this workshop's."""
    return _("This is not the code of this workshop. Your trainer shows it.")


def too_many_words(wait_s: int) -> str:
    """What is said to who guesses."""
    return _("Too many wrong codes. Please wait {n} seconds.").format(n=wait_s)


def minutes_words(minutes: int) -> str:
    """How long a lesson takes."""
    return _("about {minutes} minutes").format(minutes=minutes)


def trainer_words() -> dict[str, str | dict[str, str]]:
    """Words of the trainer's page, those of its script included."""
    return {
        "window": _("Trainer · IgM-FAT workshop"),
        "title": _("The class"),
        "about": _(
            "Lesson {number}, {title} No names: only seats that chose to show their answers."
        ),
        "scan": _("QR code of the address and the class code"),
        "address": _("Join at"),
        "code": _("Join code"),
        "time": _("Time"),
        "time_open": _("{n} min"),
        "time_about": _("since the class opened; a lesson takes about {minutes} min"),
        "memory": _(
            "Only those who opted in are counted. Everything here is in this server's memory and"
            " ends with it."
        ),
        "lessons": _("Lessons"),
        "save": _("Save the class file"),
        "released": _("Release all solutions of this lesson"),
        "question": _("Question"),
        "answer": _("Answer"),
        "live": _("{joined} joined, {opted_in} opted in"),
        "lost": _("No connection to the server."),
        "seats": _("Seats"),
        "seats_taken": _("{taken} of {all}"),
        "seats_free": _("{free} of {all} seats are free."),
        "seats_note": _(
            "An open page takes a seat; a page that was not heard of for a minute gives it back."
            " Freeing a seat ends its page; what the participant answered stays."
        ),
        "seat": _("Seat"),
        "page": _("Page"),
        "open_for": _("Open for"),
        "heard": _("Last heard of"),
        "minutes": _("{n} min"),
        "seconds_ago": _("{n} s ago"),
        "free_seat": _("Free this seat"),
        "none": "–",
        **_answer_words(),
    }


def _answer_words() -> dict[str, str | dict[str, str]]:
    """What stands above and beside the answers of a class."""
    return {
        "answers": _("Answers"),
        "sharing": _("Seats that share: {n}"),
        "at_once": _("at once → by now"),
        "shares": _("{once} → {now} %"),
        "slip": _("Commonest slips"),
        "solution": _("Solution"),
        "release": _("Release"),
        "release_one": _("Release solution {n}"),
        "all_released": _("All solutions released"),
        "is_released": _("released"),
        "hold": _("Hold back"),
        "hold_one": _("Hold back solution {n}"),
        "signs": {"once": "✓", "later": "✓", "wrong": "✕", "": ""},
        "sign_words": {
            "once": _("right at once"),
            "later": _("right later"),
            "wrong": _("not yet"),
            "": _("not tried"),
        },
        "seats_said": _(
            "{once} right at once, {later} right later, {not_yet} not yet, {none} not tried"
        ),
        "firsts": _("First answers to question {n}"),
        "firsts_none": _("Nobody has answered it yet."),
        "firsts_said": _("First answers on a line; what counts as right is marked"),
        "right_here": _("right"),
        "worth_a_word": _("Commonest slip: {slip}. {sentence}"),
        "where": _("Where the class is"),
        "where_said": _("Seats by the question now open: {counts}"),
        "where_axis": _("question now open"),
        "end": _("End"),
        "count": _("Seats: {n}"),
    }
