"""Grants for leaders, the appraisal board and auditors; a grant that is taken back has its moment and letter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = (
    "pengelola_perangkat_daerah",
    "pengelola_daerah",
    "wali_data",
    "pimpinan_perangkat_daerah",
    "tim_penilai_kinerja",
    "auditor",
    "administrator",
)


def upgrade() -> None:
    listed = ", ".join(f"'{each}'" for each in KINDS)
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("end_letter", sa.String(length=100), nullable=False, server_default=""))
        for name in ("kind", "region", "agency"):
            batch_op.drop_constraint(op.f(f"ck_grants_{name}"), type_="check")
        batch_op.create_check_constraint(op.f("ck_grants_kind"), f"kind IN ({listed})")
        batch_op.create_check_constraint(
            op.f("ck_grants_region"), "kind IN ('administrator', 'auditor') OR region_id IS NOT NULL"
        )
        batch_op.create_check_constraint(
            op.f("ck_grants_agency"),
            "kind NOT IN ('pengelola_perangkat_daerah', 'pimpinan_perangkat_daerah') OR unit_id IS NOT NULL",
        )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.alter_column("end_letter", server_default=None)
        batch_op.create_index("ix_grants_region", ["region_id", "id"])
