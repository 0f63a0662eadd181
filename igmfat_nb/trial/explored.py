"""Numbers of a virtual trial that are usually the package's own, to be explored one by one.

Left out, each is what ``igmfat sources`` lists; their ranges are in ``protocol.exploration``.
"""

from typing import Annotated

from pydantic import Field

from igmfat_nb.protocol import constants, populations, product, virtual_trial
from igmfat_nb.trial.section import Real, Section


class Explored(Section):
    """What is true of the virtual patients in place of the package's constants."""

    clearance_multiple: Annotated[Real, Field(gt=0, le=20)] | None = None  # of the scenario
    clearance_cv: Annotated[Real, Field(ge=0, le=2)] = populations.CLEARANCE_CV.value
    volume_factor: Annotated[Real, Field(gt=0, le=3)] = 1.0
    volume_cv: Annotated[Real, Field(ge=0, le=1)] = populations.CENTRAL_VOLUME_CV.value
    intravascular_share: Annotated[Real, Field(ge=0.3, le=0.99)] = (
        populations.INTRAVASCULAR_SHARE.value
    )
    exchange_half_time_days: Annotated[Real, Field(ge=0.1, le=10)] = (
        populations.EXCHANGE_HALF_TIME.value
    )
    igm_mg_per_ml: Annotated[Real, Field(gt=0, le=20)] = product.IGM.value
    dose_delay_h: Annotated[Real, Field(ge=0, le=12)] = constants.DOSE_DELAY.value
    haematocrit_factor: Annotated[Real, Field(ge=0.7, le=1.4)] = 1.0
    bmi_median: Annotated[Real, Field(ge=18, le=45)] = virtual_trial.BMI.value[0]
