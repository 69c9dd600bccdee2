"""Imports by the page: checked and applied in the background, seen as differences, taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATES = ("diperiksa", "ditolak", "siap", "sedang_diterapkan", "diterapkan", "ditarik", "dibatalkan")
DIFFERENCES = ("masuk", "keluar", "pindah", "ganti_nama", "ubah", "sama", "salah")


def upgrade() -> None:
    with op.batch_alter_table("regions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("applying", sa.String(length=12), server_default="", nullable=False))
    with op.batch_alter_table("regions", schema=None) as batch_op:
        batch_op.alter_column("applying", server_default=None)
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.add_column(sa.Column("differences", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("sha256", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("problem", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("done", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("todo", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("applied_version", sa.Integer(), nullable=True))
        batch_op.drop_constraint(op.f("ck_import_batches_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_import_batches_state"), f"state IN {STATES}")
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        for name in ("differences", "sha256", "done", "todo"):
            batch_op.alter_column(name, server_default=None)
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("difference", sa.String(length=40), server_default="ubah", nullable=False)
        )
        batch_op.add_column(sa.Column("doubtful", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_check_constraint(op.f("ck_import_rows_difference"), f"difference IN {DIFFERENCES}")
        batch_op.create_index("ix_import_rows_difference", ["batch_id", "difference", "number"], unique=False)
    op.execute("UPDATE import_rows SET difference = action WHERE action <> 'ubah'")
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.alter_column("difference", server_default=None)
        batch_op.alter_column("doubtful", server_default=None)
