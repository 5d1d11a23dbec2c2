"""The constants of control charts. Pure.

c4 is exact. d2 and d3 are the tabled moments of the range of n normal values (as ISO 7870-2 prints d2, to
three places; d3 to seven). 1.128 and 3.267 are used rounded, as textbooks and the peers write them.
"""

import numpy as np
from numpy.typing import ArrayLike

from measures.engine.problems import Floats

D2_OF_TWO = 1.128
"""Mean range of two normal values, in standard deviations."""
D4_OF_TWO = 3.267
"""Upper limit of a range of two, in mean ranges."""
D4_OF_PRIME = 3.2665
"""The same for the weighted ranges of the I prime chart, where it is written with one place more."""
D2 = {
    2: 1.128, 3: 1.693, 4: 2.059, 5: 2.326, 6: 2.534, 7: 2.704, 8: 2.847, 9: 2.970, 10: 3.078, 11: 3.173,
    12: 3.258, 13: 3.336, 14: 3.407, 15: 3.472, 16: 3.532, 17: 3.588, 18: 3.640, 19: 3.689, 20: 3.735,
    21: 3.778, 22: 3.819, 23: 3.858, 24: 3.895, 25: 3.931,
}  # fmt: skip
D3 = {
    2: 0.8525033, 3: 0.8883697, 4: 0.8798108, 5: 0.8640855, 6: 0.8480442, 7: 0.8332108, 8: 0.8198378,
    9: 0.8078413, 10: 0.7970584, 11: 0.7873230, 12: 0.7784873, 13: 0.7704257, 14: 0.7630330, 15: 0.7562217,
    16: 0.7499188, 17: 0.7440627, 18: 0.7386021, 19: 0.7334929, 20: 0.7286980, 21: 0.7241851, 22: 0.7199267,
    23: 0.7158987, 24: 0.7120802, 25: 0.7084528,
}  # fmt: skip


def c4(sizes: ArrayLike) -> Floats:
    """Return what a sample SD is of the true one on average; NaN below 2.

    c4(n) = √(2/(n−1)) Γ(n/2)/Γ((n−1)/2).
    """
    from scipy import special

    n = np.asarray(sizes, dtype=np.float64)
    safe = np.where(n > 1, n, np.nan)
    logs = special.gammaln(safe / 2) - special.gammaln((safe - 1) / 2)
    return np.asarray(np.sqrt(2 / (safe - 1)) * np.exp(logs))
