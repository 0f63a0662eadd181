"""What reveal.js writes and says itself, in the reader's language: help, labels of controls."""

from html import escape

from igmfat_nb.language import _, mark

#: Every text that a person reads or hears, as it stands in the script.
WORDS = (
    mark("Keyboard Shortcuts"),
    mark("KEY"),
    mark("ACTION"),
    mark("Next slide"),
    mark("Previous slide"),
    mark("Navigate left"),
    mark("Navigate right"),
    mark("Navigate up"),
    mark("Navigate down"),
    mark("Navigate without fragments"),
    mark("Jump to first/last slide"),
    mark("Jump to slide"),
    mark("Pause"),
    mark("Slide overview"),
    mark("Fullscreen"),
    mark("Resume presentation"),
    mark("next slide"),
    mark("previous slide"),
    mark("above slide"),
    mark("below slide"),
)
_AROUND = (('"', '"'), (">", "<"))


def reveal_in_words(script: str) -> str:
    """The script with its words looked up, each where it is a whole text of it."""
    for word in WORDS:
        for before, after in _AROUND:
            script = script.replace(f"{before}{word}{after}", f"{before}{_within(_(word))}{after}")
    return script


def _within(text: str) -> str:
    """A text as markup within a string of the script, which it cannot end."""
    return escape(text).replace("\\", "&#92;")
