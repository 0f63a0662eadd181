"""The verdict of eligibility as a record."""

from typing import Any

from igmfat_nb.bedside.eligibility import Eligibility
from igmfat_nb.language import _


def eligibility_record(eligibility: Eligibility) -> dict[str, Any]:
    """The verdict and every criterion behind it."""
    return {
        "verdict": eligibility.verdict,
        "not_met": [line.statement.code for line in eligibility.barring],
        "missing": [line.statement.code for line in eligibility.missing],
        "criteria": [
            {
                "code": line.statement.code,
                "statement": _(line.statement.wording),
                "answer": line.answer,
                "reason": line.reason,
                "detail": _(line.statement.detail) if line.statement.detail else "",
                "source": f"{_(line.statement.source.key)}, {_(line.statement.locator)}",
            }
            for line in eligibility.lines
        ],
    }
