"""Outcomes as HTML values: words in their classes, every inserted text escaped."""

from html import escape

NO_BREAK = "\N{NO-BREAK SPACE}"


def head(title: str, beside: str = "", *, css: str = "ig-unit-text") -> str:
    """Header of a card; ``beside`` stands right of the title."""
    right = f'<span class="{css}">{escape(beside)}</span>' if beside else ""
    return f'<header class="ig-card-head"><h2>{escape(title)}</h2>{right}</header>'


def paragraph(css: str, text: str) -> str:
    """A sentence in its class; nothing when there is no sentence."""
    return f'<p class="{css}">{escape(text)}</p>' if text else ""


def unbroken(text: str) -> str:
    """A sum whose terms stay on one line each: 4 × 100 mL never loses its unit."""
    first, *rest = (escape(term) for term in text.split(" + "))
    terms = [first, *(f"+ {term}" for term in rest)]
    return " ".join(f'<span class="ig-nowrap">{term}</span>' for term in terms)
