"""Steps of planning that the appraiser's superior took because they weren't taken in time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _same_region(column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["region_id", column],
        [f"{other}.region_id", f"{other}.id"],
        name=op.f(f"fk_plan_substitutions_region_id_{column}"),
    )


def upgrade() -> None:
    op.create_table(
        "plan_substitutions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lapse", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.CheckConstraint(
            "lapse IN ('kesepakatan', 'tanda_tangan', 'penetapan')",
            name=op.f("ck_plan_substitutions_lapse"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_plan_substitutions_region_id")),
        _same_region("plan_id", "plans"),
        _same_region("person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_substitutions")),
    )
    op.create_index("ix_plan_substitutions_plan", "plan_substitutions", ["plan_id", "number"])
