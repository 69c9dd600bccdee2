"""Files are found by their hash, for sweeping, and by who attached them, for the bound of a year."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_stored_files_person", "stored_files", ["person_id", "at"])
    op.create_index("ix_stored_files_sha256", "stored_files", ["sha256"])


def downgrade() -> None:
    op.drop_index("ix_stored_files_sha256", "stored_files")
    op.drop_index("ix_stored_files_person", "stored_files")
