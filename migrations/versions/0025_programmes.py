"""Programmes, who takes part in them, and what is mended of them (BDG-1, BDG-2)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _same_region(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["region_id", column],
        [f"{other}.region_id", f"{other}.id"],
        name=op.f(f"fk_{table}_region_id_{column}"),
    )


def _region(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{table}_region_id"))


def upgrade() -> None:
    op.create_table(
        "programmes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("owner_id", BIG, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("search_title", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=1000), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("meetings", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.CheckConstraint("state IN ('berjalan', 'berakhir')", name=op.f("ck_programmes_state")),
        sa.CheckConstraint("last_day IS NULL OR last_day >= begins", name=op.f("ck_programmes_span")),
        sa.CheckConstraint("state = 'berjalan' OR last_day IS NOT NULL", name=op.f("ck_programmes_ended")),
        sa.CheckConstraint("meetings >= 0", name=op.f("ck_programmes_meetings")),
        _region("programmes"),
        _same_region("programmes", "unit_id", "units"),
        _same_region("programmes", "owner_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
        sa.UniqueConstraint("ref", name=op.f("uq_programmes_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_programmes_region_id_id"),
    )
    op.create_index("ix_programmes_begins", "programmes", ["region_id", "begins", "id"])
    op.create_index("ix_programmes_owner", "programmes", ["region_id", "owner_id"])
    op.create_table(
        "programme_repairs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("what", sa.String(length=1000), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("opened", sa.DateTime(), nullable=False),
        sa.Column("closed", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=1000), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.CheckConstraint("closed IS NULL OR outcome <> ''", name=op.f("ck_programme_repairs_outcome")),
        _region("programme_repairs"),
        _same_region("programme_repairs", "programme_id", "programmes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_repairs")),
        sa.UniqueConstraint("ref", name=op.f("uq_programme_repairs_ref")),
    )
    op.create_index(
        "uq_programme_repairs_open",
        "programme_repairs",
        ["programme_id"],
        unique=True,
        sqlite_where=sa.text("closed IS NULL"),
        postgresql_where=sa.text("closed IS NULL"),
    )
    op.create_table(
        "participations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        _region("participations"),
        _same_region("participations", "programme_id", "programmes"),
        _same_region("participations", "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participations")),
        sa.UniqueConstraint("ref", name=op.f("uq_participations_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_participations_region_id_id"),
        sa.UniqueConstraint(
            "programme_id", "person_id", name=op.f("uq_participations_programme_id_person_id")
        ),
    )
    op.create_index("ix_participations_person", "participations", ["region_id", "person_id"])
    op.create_table(
        "participation_records",
        sa.Column("id", BIG, nullable=False),
        sa.Column("participation_id", BIG, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("role_words", sa.String(length=100), nullable=False),
        sa.Column("attended", sa.Integer(), nullable=False),
        sa.Column("meetings", sa.Integer(), nullable=False),
        sa.Column("product", sa.String(length=500), nullable=False),
        sa.Column("letter", sa.String(length=100), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("recorder_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.CheckConstraint(
            "role IN ('ketua', 'anggota', 'narasumber', 'fasilitator', 'peserta')",
            name=op.f("ck_participation_records_role"),
        ),
        sa.CheckConstraint(
            "attended >= 0 AND attended <= meetings", name=op.f("ck_participation_records_attendance")
        ),
        sa.CheckConstraint("revision = 1 OR reason <> ''", name=op.f("ck_participation_records_reason")),
        _region("participation_records"),
        _same_region("participation_records", "participation_id", "participations"),
        _same_region("participation_records", "recorder_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_records")),
        sa.UniqueConstraint(
            "participation_id", "revision", name=op.f("uq_participation_records_participation_id_revision")
        ),
    )
    op.create_table(
        "participation_notes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("participation_id", BIG, nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("answered", sa.DateTime(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.CheckConstraint(
            "answered IS NULL OR (answer <> '') OR revision IS NOT NULL",
            name=op.f("ck_participation_notes_answer"),
        ),
        _region("participation_notes"),
        _same_region("participation_notes", "participation_id", "participations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_notes")),
        sa.UniqueConstraint("ref", name=op.f("uq_participation_notes_ref")),
    )
    op.create_index("ix_participation_notes_participation", "participation_notes", ["participation_id"])
    op.create_index(
        "uq_participation_notes_open",
        "participation_notes",
        ["participation_id"],
        unique=True,
        sqlite_where=sa.text("answered IS NULL"),
        postgresql_where=sa.text("answered IS NULL"),
    )
