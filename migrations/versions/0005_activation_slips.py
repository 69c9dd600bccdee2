"""One-time codes by which first passwords are set."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "activations",
        sa.Column("id", Id, nullable=False),
        sa.Column("region_id", Id, nullable=True),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used", sa.DateTime(), nullable=True),
        sa.Column("ended", sa.DateTime(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.CheckConstraint("ends > made", name=op.f("ck_activations_span")),
        sa.CheckConstraint("tries BETWEEN 0 AND 3", name=op.f("ck_activations_tries")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_activations_account_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_activations_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activations")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_activations_code_hash")),
        sa.UniqueConstraint("ref", name=op.f("uq_activations_ref")),
    )
    with op.batch_alter_table("activations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activations_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activations_region_id"), ["region_id"], unique=False)
        batch_op.create_index(
            "uq_activations_open",
            ["account_id"],
            unique=True,
            sqlite_where=sa.text("ended IS NULL AND account_id IS NOT NULL"),
            postgresql_where=sa.text("ended IS NULL AND account_id IS NOT NULL"),
        )
