"""The closed survey on behaviour, and the appraiser's marks of the core values."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "survey_comments",
    "group_tallies",
    "sealed_answers",
    "survey_exclusions",
    "rating_duties",
    "survey_rounds",
)


def _of_region(table: str) -> list[sa.Column]:
    key = sa.ForeignKey("regions.id", name=f"fk_{table}_region_id")
    return [sa.Column("region_id", Id, key, nullable=False)]


def _addressed(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("ref", sa.String(12), nullable=False),
        sa.UniqueConstraint("ref", name=f"uq_{table}_ref"),
    ]


def _same_region(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["region_id", column], [f"{other}.region_id", f"{other}.id"], name=f"fk_{table}_region_id_{column}"
    )


def _choice(table: str, name: str, *values: str, nullable: bool = False) -> list[sa.schema.SchemaItem]:
    listed = ", ".join(f"'{value}'" for value in values)
    return [
        sa.Column(name, sa.String(40), nullable=nullable),
        sa.CheckConstraint(f"{name} IN ({listed})", name=op.f(f"ck_{table}_{name}")),
    ]


def upgrade() -> None:
    op.create_table(
        "survey_rounds",
        sa.Column("id", Id, primary_key=True),
        *_of_region("survey_rounds"),
        *_addressed("survey_rounds"),
        sa.Column("period_id", Id, nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("lot", sa.String(12), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        *_choice("survey_rounds", "state", "menyusun", "tersusun", "berjalan", "menghitung", "ditutup"),
        sa.Column("opened", sa.Date()),
        sa.Column("closes", sa.Date()),
        sa.Column("public_key", sa.LargeBinary()),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("region_id", "id", name="uq_survey_rounds_region_id_id"),
        sa.UniqueConstraint("period_id", name="uq_survey_rounds_period_id"),
        sa.CheckConstraint("ends > begins", name=op.f("ck_survey_rounds_span")),
        _same_region("survey_rounds", "period_id", "periods"),
    )
    op.create_table(
        "rating_duties",
        sa.Column("id", Id, primary_key=True),
        *_of_region("rating_duties"),
        *_addressed("rating_duties"),
        sa.Column("round_id", Id, nullable=False),
        sa.Column("enrolment_id", Id, nullable=False),
        sa.Column("rater_id", Id, nullable=False),
        *_choice("rating_duties", "rater_group", "rekan", "bawahan"),
        *_choice("rating_duties", "origin", "undian", "bawahan_langsung", "pengelola"),
        *_choice("rating_duties", "state", "menunggu", "sudah_mengisi", "menolak", "dilepas"),
        sa.Column("sent_on", sa.Date()),
        *_choice(
            "rating_duties",
            "reason",
            "benturan_kepentingan",
            "tidak_bekerja_bersama",
            "lainnya",
            nullable=True,
        ),
        sa.Column("note", sa.String(300), nullable=False),
        sa.UniqueConstraint("region_id", "id", name="uq_rating_duties_region_id_id"),
        sa.UniqueConstraint("enrolment_id", "rater_id", name="uq_rating_duties_enrolment_id_rater_id"),
        sa.CheckConstraint(
            "(state = 'sudah_mengisi') = (sent_on IS NOT NULL)", name=op.f("ck_rating_duties_sent")
        ),
        sa.CheckConstraint("state <> 'menolak' OR reason IS NOT NULL", name=op.f("ck_rating_duties_refused")),
        _same_region("rating_duties", "round_id", "survey_rounds"),
        _same_region("rating_duties", "enrolment_id", "enrolments"),
        _same_region("rating_duties", "rater_id", "people"),
    )
    op.create_index("ix_rating_duties_rater", "rating_duties", ["region_id", "rater_id", "state"])
    op.create_index("ix_rating_duties_round", "rating_duties", ["round_id", "state"])
    op.create_table(
        "survey_exclusions",
        sa.Column("id", Id, primary_key=True),
        *_of_region("survey_exclusions"),
        sa.Column("round_id", Id, nullable=False),
        sa.Column("enrolment_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.UniqueConstraint("enrolment_id", "person_id", name="uq_survey_exclusions_enrolment_id_person_id"),
        _same_region("survey_exclusions", "round_id", "survey_rounds"),
        _same_region("survey_exclusions", "enrolment_id", "enrolments"),
        _same_region("survey_exclusions", "person_id", "people"),
    )
    op.create_table(
        "sealed_answers",
        sa.Column("key", sa.LargeBinary(16), primary_key=True),
        *_of_region("sealed_answers"),
        sa.Column("round_id", Id, nullable=False),
        sa.Column("enrolment_id", Id, nullable=False),
        *_choice("sealed_answers", "rater_group", "rekan", "bawahan"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _same_region("sealed_answers", "round_id", "survey_rounds"),
        _same_region("sealed_answers", "enrolment_id", "enrolments"),
        # Without a number of its own a row says nothing of the order in which answers came.
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sealed_answers_round", "sealed_answers", ["round_id", "enrolment_id"])
    op.create_table(
        "group_tallies",
        sa.Column("id", Id, primary_key=True),
        *_of_region("group_tallies"),
        sa.Column("round_id", Id, nullable=False),
        sa.Column("enrolment_id", Id, nullable=False),
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("mean", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.UniqueConstraint("enrolment_id", "who", name="uq_group_tallies_enrolment_id_who"),
        _same_region("group_tallies", "round_id", "survey_rounds"),
        _same_region("group_tallies", "enrolment_id", "enrolments"),
    )
    op.create_index("ix_group_tallies_round", "group_tallies", ["round_id"])
    op.create_table(
        "survey_comments",
        sa.Column("key", sa.LargeBinary(16), primary_key=True),
        *_of_region("survey_comments"),
        sa.Column("round_id", Id, nullable=False),
        sa.Column("enrolment_id", Id, nullable=False),
        sa.Column("text", sa.String(280), nullable=False),
        _same_region("survey_comments", "round_id", "survey_rounds"),
        _same_region("survey_comments", "enrolment_id", "enrolments"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_comments_enrolment", "survey_comments", ["enrolment_id"])
    op.add_column("evaluations", sa.Column("draft_marks", sa.String(7)))
    op.add_column("ratings", sa.Column("marks", sa.String(7)))
    op.add_column("ratings", sa.Column("behaviour_advice", sa.String(40)))
    op.add_column("ratings", sa.Column("behaviour_mean", sa.BigInteger()))


def downgrade() -> None:
    for name in ("behaviour_mean", "behaviour_advice", "marks"):
        op.drop_column("ratings", name)
    op.drop_column("evaluations", "draft_marks")
    for table in TABLES:
        op.drop_table(table)
