"""What a search may spend, counted in programmes and branches and never in seconds: a busy machine masks as a
quiet one does.

The clock only ends what would never end. Whoever is stopped by it hides more, and says so.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scipy.optimize import Bounds, LinearConstraint, OptimizeResult

    from evallib.privacy.forms import Matrix

PROGRAMMES = 2000  # of one table
BRANCHES = 200  # of one programme; nearly all need none
NET = 3600.0  # seconds for one table


class OutOfTime(Exception):
    """The clock ended a search: what it says would depend on the machine."""


@dataclass
class Work:
    """The programmes of one search. most: how many there may be; until: when the clock ends it."""

    most: int = PROGRAMMES
    until: float = field(default_factory=lambda: time.monotonic() + NET)
    asked: int = 0

    @property
    def spent(self) -> bool:
        """Whether nothing new may be begun; what is begun is brought to its end."""
        return self.asked >= self.most

    def solve(
        self,
        cost: Matrix,
        told: LinearConstraint,
        bounds: Bounds,
        whole: Matrix | None = None,
        gap: float = 0.0,
    ) -> OptimizeResult:
        """The x that costs least, as HiGHS finds it; its ``x`` is None where there is none, or where none was
        found within the branches.

        whole: 1 where x is a whole number. gap: how far from the least the cost may be, as a part of it.
        Raises OutOfTime.
        """
        from scipy.optimize import milp

        left = self.until - time.monotonic()
        if left <= 0:
            raise OutOfTime
        self.asked += 1
        limits = {"time_limit": left, "node_limit": BRANCHES, "mip_rel_gap": gap}
        found = milp(cost, constraints=told, bounds=bounds, integrality=whole, options=limits)
        if found.status == 1:  # by scipy's words the time or the iterations; of these there is no limit
            raise OutOfTime
        return found
