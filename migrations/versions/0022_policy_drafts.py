"""A region drafts its own policy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "policy_drafts",
        sa.Column("id", Id, primary_key=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("account_id", Id, sa.ForeignKey("accounts.id", name="fk_policy_drafts_account_id")),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.Column("ref", sa.String(12), nullable=False),
        sa.Column(
            "region_id", Id, sa.ForeignKey("regions.id", name="fk_policy_drafts_region_id"), nullable=False
        ),
        sa.UniqueConstraint("region_id", name="uq_policy_drafts_region_id"),
        sa.UniqueConstraint("ref", name="uq_policy_drafts_ref"),
    )


def downgrade() -> None:
    op.drop_table("policy_drafts")
