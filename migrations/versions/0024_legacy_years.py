"""Earlier years by PP 46/2011 and PP 30/2019 come in with their own scale."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN = sa.JSON().with_variant(JSONB(), "postgresql")
STATES = "'diperiksa', 'ditolak', 'siap', 'sedang_diterapkan', 'diterapkan', 'ditarik', 'dibatalkan'"
FATES = "'baru', 'berubah', 'sama', 'meragukan', 'salah'"
METHODS = "'legacy_2011', 'weighted'"
RATINGS = "'sangat_baik', 'baik', 'butuh_perbaikan', 'kurang', 'sangat_kurang'"


def _same_region(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_region_id_{column}")
    return sa.ForeignKeyConstraint(["region_id", column], [f"{to}.region_id", f"{to}.id"], name=name)


def _keys(table: str, *, ref: bool) -> list[sa.Constraint]:
    found: list[sa.Constraint] = [
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{table}_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
    if ref:
        found.append(sa.UniqueConstraint("ref", name=op.f(f"uq_{table}_ref")))
    return found


def upgrade() -> None:
    op.create_table(
        "legacy_batches",
        sa.Column("id", BIG, nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=60), nullable=False),
        sa.Column("fates", sa.JSON(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("doubtful", sa.Integer(), nullable=False),
        sa.Column("with_doubtful", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("todo", sa.Integer(), nullable=False),
        sa.Column("account_id", BIG, nullable=True),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("settled", sa.DateTime(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_legacy_batches_state")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_legacy_batches_account_id")),
        sa.UniqueConstraint("region_id", "id", name="uq_legacy_batches_region_id_id"),
        *_keys("legacy_batches", ref=True),
    )
    op.create_index("ix_legacy_batches_region", "legacy_batches", ["region_id", "id"])
    op.create_table(
        "legacy_rows",
        sa.Column("id", BIG, nullable=False),
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("fate", sa.String(length=40), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.CheckConstraint(f"fate IN ({FATES})", name=op.f("ck_legacy_rows_fate")),
        _same_region("legacy_rows", "batch_id", "legacy_batches"),
        _same_region("legacy_rows", "person_id", "people"),
        *_keys("legacy_rows", ref=False),
    )
    op.create_index("uq_legacy_rows_number", "legacy_rows", ["batch_id", "number"], unique=True)
    op.create_index("ix_legacy_rows_fate", "legacy_rows", ["batch_id", "fate", "number"])
    op.create_table(
        "legacy_years",
        sa.Column("id", BIG, nullable=False),
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("overall", sa.String(length=40), nullable=False),
        sa.Column("said", PLAIN, nullable=False),
        sa.Column("policy_version_id", BIG, nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("replaced_by", BIG, nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.CheckConstraint(f"method IN ({METHODS})", name=op.f("ck_legacy_years_method")),
        sa.CheckConstraint(f"overall IN ({RATINGS})", name=op.f("ck_legacy_years_overall")),
        sa.CheckConstraint("NOT in_force OR replaced_by IS NULL", name=op.f("ck_legacy_years_in_force")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_versions.id"], name=op.f("fk_legacy_years_policy_version_id")
        ),
        _same_region("legacy_years", "batch_id", "legacy_batches"),
        _same_region("legacy_years", "replaced_by", "legacy_batches"),
        _same_region("legacy_years", "person_id", "people"),
        *_keys("legacy_years", ref=True),
    )
    op.create_index(
        "uq_legacy_years_in_force",
        "legacy_years",
        ["region_id", "person_id", "year", "method"],
        unique=True,
        sqlite_where=sa.text("in_force = 1"),
        postgresql_where=sa.text("in_force"),
    )
    op.create_index("ix_legacy_years_person", "legacy_years", ["person_id", "in_force", "year"])
    op.create_index("ix_legacy_years_year", "legacy_years", ["region_id", "in_force", "year", "method"])
    op.create_index("ix_legacy_years_batch", "legacy_years", ["batch_id", "number"])
    op.create_index("ix_legacy_years_replaced", "legacy_years", ["replaced_by"])


def downgrade() -> None:
    op.drop_table("legacy_years")
    op.drop_table("legacy_rows")
    op.drop_table("legacy_batches")
