"""A join address as a QR code, for a screen and for a terminal."""


def qr_svg(text: str) -> str:
    """A QR code to scan from a screen."""
    import segno

    drawn: str = segno.make(text, error="m").svg_inline(scale=5, border=2, omitsize=False)
    return drawn


def qr_terminal(text: str) -> str:
    """A QR code made of half blocks, for the terminal."""
    import io

    import segno

    written = io.StringIO()
    segno.make(text, error="m").terminal(written, compact=True, border=2)
    return written.getvalue()
