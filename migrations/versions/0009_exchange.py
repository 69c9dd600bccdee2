"""Numbers of other systems, and comparisons with the exports of e-Kinerja BKN."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "external_refs",
        sa.Column("id", Id, nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_ref", sa.String(length=12), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_external_refs_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_refs")),
        sa.UniqueConstraint(
            "subject_type",
            "subject_ref",
            "system",
            name=op.f("uq_external_refs_subject_type_subject_ref_system"),
        ),
    )
    op.create_table(
        "reconciliations",
        sa.Column("id", Id, nullable=False),
        sa.Column("period_id", Id, nullable=False),
        sa.Column("agency_id", Id, nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("different", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reconciliations_person_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "agency_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_reconciliations_region_id_agency_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "period_id"],
            ["periods.region_id", "periods.id"],
            name=op.f("fk_reconciliations_region_id_period_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_reconciliations_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
        sa.UniqueConstraint("ref", name=op.f("uq_reconciliations_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_reconciliations_region_id_id"),
    )
    with op.batch_alter_table("reconciliations", schema=None) as batch_op:
        batch_op.create_index("ix_reconciliations_period", ["region_id", "period_id", "id"], unique=False)

    op.create_table(
        "reconciliation_rows",
        sa.Column("id", Id, nullable=False),
        sa.Column("reconciliation_id", Id, nullable=False),
        sa.Column("enrolment_id", Id, nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "berbeda",
                "belum_ada",
                "sama",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "missing",
            sa.Enum(
                "di_bkn",
                "di_portal",
                "pegawai_tidak_dikenal",
                name="missing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("sort_name", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "di_bawah",
                "sesuai",
                "di_atas",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "behaviour",
            sa.Enum(
                "di_bawah",
                "sesuai",
                "di_atas",
                name="behaviour",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "overall",
            sa.Enum(
                "sangat_baik",
                "baik",
                "butuh_perbaikan",
                "kurang",
                "sangat_kurang",
                name="overall",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "their_result",
            sa.Enum(
                "di_bawah",
                "sesuai",
                "di_atas",
                name="their_result",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "their_behaviour",
            sa.Enum(
                "di_bawah",
                "sesuai",
                "di_atas",
                name="their_behaviour",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "their_overall",
            sa.Enum(
                "sangat_baik",
                "baik",
                "butuh_perbaikan",
                "kurang",
                "sangat_kurang",
                name="their_overall",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "enrolment_id"],
            ["enrolments.region_id", "enrolments.id"],
            name=op.f("fk_reconciliation_rows_region_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "reconciliation_id"],
            ["reconciliations.region_id", "reconciliations.id"],
            name=op.f("fk_reconciliation_rows_region_id_reconciliation_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_reconciliation_rows_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_rows")),
        sa.UniqueConstraint("ref", name=op.f("uq_reconciliation_rows_ref")),
    )
    with op.batch_alter_table("reconciliation_rows", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reconciliation_rows_list",
            ["region_id", "reconciliation_id", "outcome", "sort_name", "id"],
            unique=False,
        )
