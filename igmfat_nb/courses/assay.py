"""What the laboratory makes of a true titre: its error, and whole numbers."""

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.courses.population import log_sd
from igmfat_nb.protocol import constants
from igmfat_nb.protocol.populations import ASSAY_CV


def reported_titre_mg_dl(titre_mg_dl: NDArray[np.float64]) -> NDArray[np.float64]:
    """A titre as the laboratory prints it: in whole mg/dL, half up.

    Source: ``TITRE_RESOLUTION``, assumed. Shape of the titres.

    Examples
    --------
    >>> reported_titre_mg_dl(np.array([82.4, 82.5])).tolist()
    [82.0, 83.0]
    """
    step = constants.TITRE_RESOLUTION.value
    return np.floor(titre_mg_dl / step + 0.5) * step


def assay_factors(rng: np.random.Generator, days: int, n: int) -> NDArray[np.float64]:
    """Measured over true titre: log-normal with median 1 and CV 5 % (``ASSAY_CV``, assumed).

    Parameters
    ----------
    rng : numpy.random.Generator
    days, n : int

    Returns
    -------
    ndarray, shape (days, n)

    Examples
    --------
    >>> factors = assay_factors(np.random.default_rng(2), 6, 50_000)
    >>> factors.shape, round(float(factors.std() / factors.mean()), 2)
    ((6, 50000), 0.05)
    """
    return np.exp(log_sd(ASSAY_CV.value) * rng.standard_normal((days, n)))
