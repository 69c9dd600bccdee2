"""When a plan was reviewed; why an enrolment begins and ends within its period, and which gap its chain has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REASONS = ("pindah_jabatan", "baru", "berhenti")


def upgrade() -> None:
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reviewed_on", sa.Date(), nullable=True))
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gap", sa.String(length=40), nullable=True))
        for name in ("begin_reason", "end_reason"):
            batch_op.add_column(sa.Column(name, sa.String(length=40), nullable=True))
            listed = ", ".join(f"'{each}'" for each in REASONS)
            batch_op.create_check_constraint(op.f(f"ck_enrolments_{name}"), f"{name} IN ({listed})")
