"""Where a page leads to for an assumption: its entry on the protocol card, or the study of all."""

CARD = "01_protocol_card.ipynb"
STUDY = "31_what_matters.ipynb"


def source_address(constant: str) -> str:
    """The entry of a constant; readings, which are no constant, stand in the study.

    Examples
    --------
    >>> source_address("RECOVERY"), source_address("")
    ('01_protocol_card.ipynb#RECOVERY', '31_what_matters.ipynb')
    """
    return f"{CARD}#{constant}" if constant else STUDY
