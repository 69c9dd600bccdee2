"""Names and staff numbers of people who don't exist.

Names are put together from the parts in ``data/names.json`` (Faker, MIT, licence beside it); a
combination can equal a living person's, so every page of a demo says that its data are invented. Staff
numbers are well-formed but nobody's: born 1890-1899, appointed 1912-1925 (decision 14.32).
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

from portal.people.employment.rules import EmploymentStatus

DATA = Path(__file__).parent / "data"
MALE, FEMALE = "L", "P"
_FIRST_DAY, _DAYS = date(1890, 1, 1), 3652
_CONTRACT = (EmploymentStatus.PPPK, EmploymentStatus.PPPK_PART_TIME)


@cache
def parts() -> dict[str, list[str]]:
    """The parts of names, by sex and place."""
    found: dict[str, list[str]] = json.loads((DATA / "names.json").read_text(encoding="utf-8"))
    return found


class Names:
    """Names and numbers that never come twice."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._numbers: set[str] = set()

    def take(self, name: str) -> str:
        """Note a name that was chosen elsewhere."""
        self._names.add(name)
        return name

    def name(self, random: Random, sex: str) -> str:
        """A name nobody has had yet: mostly two words, now and then one, three or five."""
        while True:
            found = _name(random, sex)
            if found not in self._names:
                return self.take(found)

    def staff_number(self, random: Random, status: EmploymentStatus, sex: str) -> str:
        """A well-formed NIP or NI PPPK that is nobody's."""
        while True:
            found = _staff_number(random, status, sex)
            if found not in self._numbers:
                self._numbers.add(found)
                return found


def _name(random: Random, sex: str) -> str:
    first = parts()["female" if sex == FEMALE else "male"]
    last = parts()["last_female" if sex == FEMALE else "last_male"]
    shape = random.random()
    if shape < 0.04:
        return random.choice(first)  # one word alone is a whole name
    if shape < 0.80:
        words = [random.choice(first), random.choice(last)]
    elif shape < 0.97:
        words = [*random.sample(first, 2), random.choice(last)]
    else:
        words = [*random.sample(first, 3), *random.sample(parts()["last_male"], 2)]
    return " ".join(words)


def _staff_number(random: Random, status: EmploymentStatus, sex: str) -> str:
    born = _FIRST_DAY + timedelta(days=random.randrange(_DAYS))
    appointed = random.randint(max(1912, born.year + 19), 1925)
    middle = "21" if status in _CONTRACT else f"{random.randint(1, 12):02}"
    return f"{born:%Y%m%d}{appointed}{middle}{1 if sex == MALE else 2}{random.randint(1, 899):03}"
