"""Names in enrolments, so that lists are ordered by an index; triggers and trigrams are made after."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sort_name", sa.String(length=200), server_default="", nullable=False))
    op.execute(
        "UPDATE enrolments SET sort_name = "
        "(SELECT search_name FROM people WHERE people.id = enrolments.person_id)"
    )
    op.drop_index("ix_enrolments_period_agency", table_name="enrolments")
    op.create_index("ix_enrolments_name", "enrolments", ["region_id", "period_id", "sort_name", "id"])
    for name in ("agency", "unit"):
        op.create_index(
            f"ix_enrolments_{name}_name",
            "enrolments",
            ["region_id", "period_id", f"{name}_id", "sort_name", "id"],
        )
