"""Structure by the page: imports that are seen and taken back; former names and places; absences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ABSENCES = ("cuti", "cltn", "tugas_belajar", "penugasan", "mpp", "diberhentikan_sementara")
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
    op.create_table(
        "unit_names",
        sa.Column("id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("letter", sa.String(length=100), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_unit_names_region_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "unit_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_unit_names_region_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_names")),
    )
    op.create_index("ix_unit_names_unit", "unit_names", ["region_id", "unit_id", "ends"])
    op.create_table(
        "position_places",
        sa.Column("id", Id, nullable=False),
        sa.Column("position_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_position_places_region_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "position_id"],
            ["positions.region_id", "positions.id"],
            name=op.f("fk_position_places_region_id_position_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "unit_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_position_places_region_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position_places")),
    )
    op.create_index("ix_position_places_position", "position_places", ["region_id", "position_id", "ends"])
    op.create_table(
        "absences",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("letter", sa.String(length=100), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint("ends IS NULL OR ends > begins", name=op.f("ck_absences_span")),
        sa.CheckConstraint(f"kind IN {ABSENCES}", name=op.f("ck_absences_kind")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_absences_region_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "person_id"],
            ["people.region_id", "people.id"],
            name=op.f("fk_absences_region_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
        sa.UniqueConstraint("ref", name=op.f("uq_absences_ref")),
    )
    op.create_index("ix_absences_person", "absences", ["region_id", "person_id", "begins"])
    op.execute("UPDATE import_rows SET difference = action WHERE action <> 'ubah'")
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.alter_column("difference", server_default=None)
        batch_op.alter_column("doubtful", server_default=None)
