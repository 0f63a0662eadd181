"""How the pages are used, in a few sentences."""

from igmfat_nb.language import mark

#: Title and sentences of each section, by its anchor on the page.
HELP_SECTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "using": (
        mark("Using these pages"),
        (
            mark("A page starts without a patient; what is missing stays unknown."),
            mark("Decimals with a point or a comma; 1,234 is refused, since it may mean either."),
            mark(
                "What cannot be right is refused with a sentence under its field, and the results"
                " that depend on it go blank."
            ),
            mark(
                "“Assumed” marks what no text that we read states: a choice of this software, never"
                " the trial's. The protocol card lists every number with its source."
            ),
            mark("Each page works by keyboard, in the order in which it reads, and prints."),
            mark("Nothing is asked of any other computer, and no patient is written to a disk."),
        ),
    ),
    "open-a-class": (
        mark("Open a class"),
        (
            mark(
                "On the trainer's computer: igmfat workshop serve. It prints the address, the join"
                " code and the link of the trainer's page; participants need a browser."
            ),
            mark(
                "Beforehand: igmfat workshop rehearse tells whether the computer holds the class."
            ),
            mark("For paper: igmfat workshop pack makes slides, handouts and the key."),
        ),
    ),
}
