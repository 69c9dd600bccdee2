"""A period's advice computed again: runs, and the ratings that differ."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_region(table: str) -> sa.Column:
    key = sa.ForeignKey("regions.id", name=f"fk_{table}_region_id")
    return sa.Column("region_id", Id, key, nullable=False)


def _same_region(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["region_id", column], [f"{other}.region_id", f"{other}.id"], name=f"fk_{table}_region_id_{column}"
    )


def upgrade() -> None:
    op.create_table(
        "recomputations",
        sa.Column("id", Id, primary_key=True),
        _of_region("recomputations"),
        sa.Column("ref", sa.String(12), nullable=False),
        sa.Column("period_id", Id, nullable=False),
        sa.Column(
            "policy_version_id",
            Id,
            sa.ForeignKey("policy_versions.id", name="fk_recomputations_policy_version_id"),
            nullable=False,
        ),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("cursor", Id, nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("tallies", sa.JSON(), nullable=False),
        sa.Column("worked_ms", sa.Integer(), nullable=False),
        sa.Column(
            "account_id", Id, sa.ForeignKey("accounts.id", name="fk_recomputations_account_id"), nullable=True
        ),
        sa.Column("started", sa.DateTime(), nullable=False),
        sa.Column("finished", sa.DateTime()),
        sa.UniqueConstraint("ref", name="uq_recomputations_ref"),
        sa.UniqueConstraint("region_id", "id", name="uq_recomputations_region_id_id"),
        sa.CheckConstraint(
            "state IN ('menunggu', 'berjalan', 'terhenti', 'selesai')", name=op.f("ck_recomputations_state")
        ),
        sa.CheckConstraint(
            "(state = 'selesai') = (finished IS NOT NULL)", name=op.f("ck_recomputations_finished")
        ),
        _same_region("recomputations", "period_id", "periods"),
    )
    op.create_index("ix_recomputations_period", "recomputations", ["period_id", "id"])
    op.create_table(
        "recomputed_differences",
        sa.Column("id", Id, primary_key=True),
        _of_region("recomputed_differences"),
        sa.Column("recomputation_id", Id, nullable=False),
        sa.Column("enrolment_id", Id, nullable=False),
        sa.Column("figures", sa.String(100), nullable=False),
        sa.UniqueConstraint(
            "recomputation_id",
            "enrolment_id",
            name="uq_recomputed_differences_recomputation_id_enrolment_id",
        ),
        _same_region("recomputed_differences", "recomputation_id", "recomputations"),
        _same_region("recomputed_differences", "enrolment_id", "enrolments"),
    )


def downgrade() -> None:
    op.drop_table("recomputed_differences")
    op.drop_table("recomputations")
