"""A plan's approach belongs to its version: an earlier version prints the form that it was written for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Every plan so far is quantitative: no policy knew another approach.
    with op.batch_alter_table("plan_versions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("approach", sa.String(length=40), nullable=False, server_default="kuantitatif")
        )
        batch_op.create_check_constraint(
            op.f("ck_plan_versions_approach"), "approach IN ('kuantitatif', 'kualitatif')"
        )
    with op.batch_alter_table("plan_versions", schema=None) as batch_op:
        batch_op.alter_column("approach", existing_type=sa.String(length=40), server_default=None)
