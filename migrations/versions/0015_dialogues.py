"""The record of the dialogue on expectations, confirmed by employee and appraiser (Y-14)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _same_region(column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["region_id", column],
        [f"{other}.region_id", f"{other}.id"],
        name=op.f(f"fk_dialogues_region_id_{column}"),
    )


def upgrade() -> None:
    op.create_table(
        "dialogues",
        sa.Column("id", BIG, nullable=False),
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("appraiser_id", BIG, nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("results", sa.String(length=2000), nullable=False),
        sa.Column("behaviour", sa.String(length=2000), nullable=False),
        sa.Column("support", sa.String(length=2000), nullable=False),
        sa.Column("feedback", sa.String(length=2000), nullable=False),
        sa.Column("employee_confirmed", sa.DateTime(), nullable=True),
        sa.Column("appraiser_confirmed", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_dialogues_region_id")),
        _same_region("plan_id", "plans"),
        _same_region("person_id", "people"),
        _same_region("appraiser_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogues")),
        sa.UniqueConstraint("ref", name=op.f("uq_dialogues_ref")),
    )
    op.create_index("ix_dialogues_plan", "dialogues", ["plan_id", "day"])
