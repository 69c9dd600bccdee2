"""Who looked at an evaluation; indexes for reading the log by time and by person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

RELATIONS = ("penilai", "atasan_penilai", "pengelola", "auditor", "tim_penilai")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    listed = ", ".join(f"'{each}'" for each in RELATIONS)
    op.create_table(
        "looks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("evaluation_id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.CheckConstraint(f"relation IN ({listed})", name=op.f("ck_looks_relation")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_looks_account_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_looks_region_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "evaluation_id"],
            ["evaluations.region_id", "evaluations.id"],
            name=op.f("fk_looks_region_id_evaluation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
        sa.UniqueConstraint(
            "evaluation_id", "account_id", "day", name=op.f("uq_looks_evaluation_id_account_id_day")
        ),
    )
    op.drop_index("ix_events_region", table_name="events")
    op.create_index("ix_events_region", "events", ["region_id", "at", "id"])
    op.create_index("ix_events_person", "events", ["person_id", "at", "id"])
