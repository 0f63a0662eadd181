"""What every part of a design has in common: frozen, strict, nothing ignored."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# A number in quotes is a text: what Python reads of it (1_000, 0356) is not what was meant.
Real = Annotated[float, Strict()]
Whole = Annotated[int, Strict(), BeforeValidator(_whole)]
Share = Annotated[Real, Field(ge=0, le=1)]
LogOdds = Annotated[Real, Field(ge=-10, le=10)]
LogSd = Annotated[Real, Field(gt=0, le=3)]
NotNegative = Annotated[Real, Field(ge=0, le=10_000)]


class Section(BaseModel):
    """A part of a design: frozen, and nothing in it is ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
