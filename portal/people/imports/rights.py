"""Rights on imports: a region's own manager, in that region only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from portal.kernel.refusal import N_
from portal.people.imports.models import ImportBatch
from portal.people.structure.rights import manages_structure, structure_regions
from portal.web.rights import Right, Rights


def _batches(caller: Any) -> ColumnElement[bool]:
    return ImportBatch.region_id.in_(structure_regions(caller))


class Imports(Rights):
    """What may be done with tables of structure and people."""

    LIST = Right(N_("Melihat impor daerahnya, mengunggah dan mengunduh tabel"), allows=manages_structure)
    RUN = Right(N_("Memeriksa pratinjau, menerapkan, menarik kembali, atau membatalkan impor"), _batches)
