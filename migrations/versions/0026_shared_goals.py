"""Goals that several units hold together: contributions, progress told once, feedback, references of plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "'draf', 'diusulkan', 'disepakati', 'berjalan', 'selesai', 'ditarik'"
ANSWERS = "'menunggu', 'sepakat', 'menolak'"


def _same_region(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_region_id_{column}")
    return sa.ForeignKeyConstraint(["region_id", column], [f"{to}.region_id", f"{to}.id"], name=name)


def _of_region(table: str, *, key: bool = False) -> list[sa.Column | sa.Constraint]:
    found: list[sa.Column | sa.Constraint] = [
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{table}_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("ref", name=op.f(f"uq_{table}_ref")),
    ]
    if key:
        found.append(sa.UniqueConstraint("region_id", "id", name=f"uq_{table}_region_id_id"))
    return found


def upgrade() -> None:
    op.create_table(
        "shared_goals",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cycle_id", BIG, nullable=False),
        sa.Column("coordinator_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("search_title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("indicator", sa.String(length=300), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("baseline", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_of_region("shared_goals", key=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_shared_goals_state")),
        sa.CheckConstraint("direction IN ('naik', 'turun')", name=op.f("ck_shared_goals_direction")),
        sa.CheckConstraint("target > 0", name=op.f("ck_shared_goals_target")),
        _same_region("shared_goals", "cycle_id", "cycles"),
        _same_region("shared_goals", "coordinator_id", "units"),
    )
    op.create_index("ix_shared_goals_cycle", "shared_goals", ["region_id", "cycle_id", "id"])
    op.create_index("ix_shared_goals_coordinator", "shared_goals", ["region_id", "coordinator_id"])
    op.create_table(
        "goal_contributions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("goal_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.String(length=300), nullable=False),
        sa.Column("tools", sa.String(length=300), nullable=False),
        sa.Column("budget", sa.String(length=300), nullable=False),
        sa.Column("information", sa.String(length=300), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("answerer_id", BIG, nullable=True),
        sa.Column("answered", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_of_region("goal_contributions"),
        sa.UniqueConstraint("goal_id", "unit_id", name=op.f("uq_goal_contributions_goal_id_unit_id")),
        sa.CheckConstraint(f"answer IN ({ANSWERS})", name=op.f("ck_goal_contributions_answer")),
        sa.CheckConstraint("share > 0 AND share <= 100000000", name=op.f("ck_goal_contributions_share")),
        sa.CheckConstraint(
            "(answer = 'menunggu') = (answered IS NULL)", name=op.f("ck_goal_contributions_answered")
        ),
        _same_region("goal_contributions", "goal_id", "shared_goals"),
        _same_region("goal_contributions", "unit_id", "units"),
        _same_region("goal_contributions", "answerer_id", "people"),
    )
    op.create_index("ix_goal_contributions_unit", "goal_contributions", ["region_id", "unit_id"])
    op.create_table(
        "goal_progress",
        sa.Column("id", BIG, nullable=False),
        sa.Column("goal_id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("corrects_id", BIG, nullable=True),
        *_of_region("goal_progress", key=True),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_goal_progress_corrects_id")),
        _same_region("goal_progress", "goal_id", "shared_goals"),
        _same_region("goal_progress", "person_id", "people"),
        _same_region("goal_progress", "corrects_id", "goal_progress"),
    )
    op.create_index("ix_goal_progress_goal", "goal_progress", ["goal_id", "day"])
    op.create_table(
        "goal_feedback",
        sa.Column("id", BIG, nullable=False),
        sa.Column("goal_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        *_of_region("goal_feedback"),
        sa.CheckConstraint("kind IN ('apresiasi', 'saran')", name=op.f("ck_goal_feedback_kind")),
        _same_region("goal_feedback", "goal_id", "shared_goals"),
        _same_region("goal_feedback", "person_id", "people"),
    )
    op.create_index("ix_goal_feedback_goal", "goal_feedback", ["goal_id"])
    op.create_table(
        "goal_references",
        sa.Column("id", BIG, nullable=False),
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("line_ref", sa.String(length=12), nullable=False),
        sa.Column("goal_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        *_of_region("goal_references"),
        sa.UniqueConstraint("plan_id", "line_ref", name=op.f("uq_goal_references_plan_id_line_ref")),
        _same_region("goal_references", "plan_id", "plans"),
        _same_region("goal_references", "goal_id", "shared_goals"),
    )
    op.create_index("ix_goal_references_goal", "goal_references", ["goal_id"])


def downgrade() -> None:
    for table in ("goal_references", "goal_feedback", "goal_progress", "goal_contributions", "shared_goals"):
        op.drop_table(table)
