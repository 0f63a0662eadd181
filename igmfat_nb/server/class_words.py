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


def trainer_words() -> dict[str, str]:
    """Words of the trainer's page, those of its script included."""
    return {
        "window": _("Trainer · IgM-FAT workshop"),
        "title": _("Trainer's page"),
        "scan": _("Scan, or type the address and the code."),
        "address": _("Address"),
        "code": _("Join code"),
        "memory": _(
            "Only those who opted in are counted. Everything here is in this server's memory and"
            " ends with it."
        ),
        "save": _("Save the class file"),
        "released": _("Solutions released"),
        "question": _("Question"),
        "tried": _("Tried by"),
        "attempts": _("Attempts"),
        "right": _("Right"),
        "errors": _("Commonest errors"),
        "answer": _("Answer"),
        "live": _("{joined} joined, {opted_in} opted in"),
        "lost": _("No connection to the server."),
        "seats": _("Seats"),
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
        "percent": _("{share} %"),
        "none": "–",
    }
