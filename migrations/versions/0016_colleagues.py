"""Requests for feedback, team leads and their recommendations; a team lead as giver of feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RELATIONS = "'pimpinan', 'ketua_tim', 'rekan', 'bawahan', 'pihak_lain'"
STATES = "'menunggu', 'dijawab', 'ditolak', 'ditarik'"
STEPS = "'di_bawah', 'sesuai', 'di_atas'"


def _same_region(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_region_id_{column}")
    return sa.ForeignKeyConstraint(["region_id", column], [f"{to}.region_id", f"{to}.id"], name=name)


def _addressed(table: str, *, key: bool) -> list[sa.Constraint]:
    found: list[sa.Constraint] = [
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{table}_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("ref", name=op.f(f"uq_{table}_ref")),
    ]
    if key:
        found.append(sa.UniqueConstraint("region_id", "id", name=f"uq_{table}_region_id_id"))
    return found


def upgrade() -> None:
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_feedback_relation"), type_="check")
        batch_op.create_check_constraint(op.f("ck_feedback_relation"), f"relation IN ({RELATIONS})")
    op.create_table(
        "feedback_requests",
        sa.Column("id", BIG, nullable=False),
        sa.Column("enrolment_id", BIG, nullable=False),
        sa.Column("asked_id", BIG, nullable=False),
        sa.Column("asker_id", BIG, nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("line_ref", sa.String(length=12), nullable=True),
        sa.Column("line_text", sa.String(length=500), nullable=False),
        sa.Column("question", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("closed", sa.DateTime(), nullable=True),
        sa.Column("feedback_id", BIG, nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.CheckConstraint(f"relation IN ({RELATIONS})", name=op.f("ck_feedback_requests_relation")),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_feedback_requests_state")),
        sa.CheckConstraint(
            "(state = 'dijawab') = (feedback_id IS NOT NULL)", name=op.f("ck_feedback_requests_answer")
        ),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_requests_feedback_id")
        ),
        _same_region("feedback_requests", "enrolment_id", "enrolments"),
        _same_region("feedback_requests", "asked_id", "people"),
        _same_region("feedback_requests", "asker_id", "people"),
        *_addressed("feedback_requests", key=True),
    )
    op.create_index("ix_feedback_requests_asked", "feedback_requests", ["region_id", "asked_id", "state"])
    op.create_index("ix_feedback_requests_enrolment", "feedback_requests", ["enrolment_id"])
    op.create_table(
        "team_leads",
        sa.Column("id", BIG, nullable=False),
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("line_ref", sa.String(length=12), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("ended", sa.DateTime(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        _same_region("team_leads", "plan_id", "plans"),
        _same_region("team_leads", "person_id", "people"),
        *_addressed("team_leads", key=True),
    )
    op.create_index("ix_team_leads_person", "team_leads", ["region_id", "person_id"])
    op.create_index("ix_team_leads_plan", "team_leads", ["plan_id"])
    op.create_table(
        "recommendations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("enrolment_id", BIG, nullable=False),
        sa.Column("team_lead_id", BIG, nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.CheckConstraint(f"result IN ({STEPS})", name=op.f("ck_recommendations_result")),
        _same_region("recommendations", "enrolment_id", "enrolments"),
        _same_region("recommendations", "team_lead_id", "team_leads"),
        *_addressed("recommendations", key=False),
    )
    op.create_index("ix_recommendations_enrolment", "recommendations", ["enrolment_id", "id"])
