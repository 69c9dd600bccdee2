"""Rows of an import are found by their difference, which knows the bad ones too: one index less to keep."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_import_rows_action", "import_rows")


def downgrade() -> None:
    op.create_index("ix_import_rows_action", "import_rows", ["batch_id", "action", "number"])
