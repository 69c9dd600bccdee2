"""Objections with explanation and decision; documents that a superior sets for want of a signature."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "'diajukan', 'dijelaskan', 'diputus', 'ditarik'"


def _of(table: str, *, key: bool) -> list[sa.Constraint]:
    found: list[sa.Constraint] = [
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{table}_region_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "evaluation_id"],
            ["evaluations.region_id", "evaluations.id"],
            name=op.f(f"fk_{table}_region_id_evaluation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("ref", name=op.f(f"uq_{table}_ref")),
    ]
    if key:
        found.append(sa.UniqueConstraint("region_id", "id", name=f"uq_{table}_region_id_id"))
    return found


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "objections",
        sa.Column("id", BIG, nullable=False),
        sa.Column("evaluation_id", BIG, nullable=False),
        sa.Column("rating_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("parts", sa.String(length=200), nullable=False),
        sa.Column("reasons", sa.String(length=3000), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("explanation", sa.String(length=3000), nullable=False),
        sa.Column("explainer_id", BIG, nullable=True),
        sa.Column("explained_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("considerations", sa.String(length=3000), nullable=False),
        sa.Column("advice_letter", sa.String(length=200), nullable=False),
        sa.Column("decider_id", BIG, nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("new_rating_id", BIG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_objections_state")),
        sa.CheckConstraint("outcome IN ('tetap', 'diubah')", name=op.f("ck_objections_outcome")),
        sa.CheckConstraint(
            "(state = 'diputus') = (outcome IS NOT NULL)", name=op.f("ck_objections_decision")
        ),
        sa.CheckConstraint("(decided_on IS NULL) = (outcome IS NULL)", name=op.f("ck_objections_decided")),
        sa.CheckConstraint(
            "(new_rating_id IS NOT NULL) = (coalesce(outcome, '') = 'diubah')",
            name=op.f("ck_objections_new_rating"),
        ),
        _to("objections", "rating_id", "ratings"),
        _to("objections", "new_rating_id", "ratings"),
        _to("objections", "explainer_id", "people"),
        _to("objections", "decider_id", "people"),
        *_of("objections", key=True),
    )
    op.create_index("ix_objections_evaluation", "objections", ["evaluation_id"])
    op.create_index("ix_objections_state", "objections", ["region_id", "state"])
    op.create_table(
        "substitutions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("evaluation_id", BIG, nullable=False),
        sa.Column("missing", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.CheckConstraint("missing IN ('penilai', 'pegawai')", name=op.f("ck_substitutions_missing")),
        sa.UniqueConstraint("evaluation_id", "missing", name=op.f("uq_substitutions_evaluation_id_missing")),
        _to("substitutions", "person_id", "people"),
        *_of("substitutions", key=False),
    )
