"""Checks a whole table: what each row joins, changes or gets wrong.

Pure: the region's present structure comes in as ``Known``; out come outcomes with a plan that the
set-based statements of ``actions`` read. A row that leans on a bad row is bad too, so that the good rows
can be applied by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from portal.people.imports.known import Known, Outcome
from portal.people.imports.people_checks import check_employees
from portal.people.imports.rules import LAYOUTS, DateReader, Kind, Row, read_row
from portal.people.imports.structure_checks import check_positions, check_units


def check(
    kind: Kind, rows: Sequence[Row], known: Known, *, as_of: date, date_of: DateReader
) -> list[Outcome]:
    """The outcome of each row of a table, in the rows' order.

    ``as_of`` is the day from which a row without a date holds; ``date_of`` reads dates.
    """
    read_date = cache(date_of)  # the same few days stand in most rows
    readings = [read_row(LAYOUTS[kind], row, read_date) for row in rows]
    checker = {Kind.UNIT: check_units, Kind.POSITION: check_positions, Kind.EMPLOYEE: check_employees}[kind]
    return checker(readings, known, as_of)
