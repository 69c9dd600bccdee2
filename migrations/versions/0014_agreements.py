"""Performance agreements with IKU above the leaders' plans, and the manual of an indicator (Y-09, Y-11)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _own(table: str, *, addressed: bool = True) -> list[sa.schema.SchemaItem]:
    """What every table of a region has."""
    found: list[sa.schema.SchemaItem] = [
        sa.Column("region_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{table}_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
    if addressed:
        found += [
            sa.Column("ref", sa.String(length=12), nullable=False),
            sa.UniqueConstraint("ref", name=op.f(f"uq_{table}_ref")),
        ]
    return found


def _same_region(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["region_id", column],
        [f"{other}.region_id", f"{other}.id"],
        name=op.f(f"fk_{table}_region_id_{column}"),
    )


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def upgrade() -> None:
    op.create_table(
        "performance_agreements",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cycle_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        _text("state", 40),
        _text("document", 200),
        sa.Column("document_date", sa.Date(), nullable=True),
        _text("link", 500),
        sa.Column("set_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_own("performance_agreements"),
        sa.CheckConstraint("state IN ('draf', 'ditetapkan')", name=op.f("ck_performance_agreements_state")),
        _same_region("performance_agreements", "cycle_id", "cycles"),
        _same_region("performance_agreements", "agency_id", "units"),
        sa.UniqueConstraint("region_id", "id", name="uq_performance_agreements_region_id_id"),
        sa.UniqueConstraint(
            "cycle_id", "agency_id", name=op.f("uq_performance_agreements_cycle_id_agency_id")
        ),
    )
    op.create_table(
        "agreement_goals",
        sa.Column("id", BIG, nullable=False),
        sa.Column("agreement_id", BIG, nullable=False),
        _text("line_ref", 12),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("text", 500),
        sa.Column("version", sa.Integer(), nullable=False),
        *_own("agreement_goals"),
        _same_region("agreement_goals", "agreement_id", "performance_agreements"),
        sa.UniqueConstraint("region_id", "id", name="uq_agreement_goals_region_id_id"),
    )
    op.create_index("ix_agreement_goals_agreement", "agreement_goals", ["agreement_id"])
    op.create_table(
        "key_indicators",
        sa.Column("id", BIG, nullable=False),
        sa.Column("goal_id", BIG, nullable=False),
        _text("line_ref", 12),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("text", 300),
        sa.Column("target_min", sa.BigInteger(), nullable=False),
        sa.Column("target_max", sa.BigInteger(), nullable=False),
        _text("unit", 40),
        _text("direction", 40),
        _text("programme", 300),
        sa.Column("version", sa.Integer(), nullable=False),
        *_own("key_indicators"),
        sa.CheckConstraint("direction IN ('naik', 'turun')", name=op.f("ck_key_indicators_direction")),
        sa.CheckConstraint("target_min >= 0", name=op.f("ck_key_indicators_target_min")),
        sa.CheckConstraint("target_max >= target_min", name=op.f("ck_key_indicators_target_range")),
        _same_region("key_indicators", "goal_id", "agreement_goals"),
    )
    op.create_index("ix_key_indicators_goal", "key_indicators", ["goal_id"])
    op.create_table(
        "indicator_manuals",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version_id", BIG, nullable=False),
        _text("line_ref", 12),
        _text("purpose", 1000),
        _text("definition", 1000),
        _text("formula", 1000),
        _text("kind", 40),
        _text("control", 40),
        _text("source", 200),
        _text("responsible", 200),
        _text("provider", 200),
        _text("frequency", 40),
        sa.Column("version", sa.Integer(), nullable=False),
        *_own("indicator_manuals", addressed=False),
        sa.CheckConstraint(
            "kind IN ('kumulatif', 'rata_rata', 'akhir')", name=op.f("ck_indicator_manuals_kind")
        ),
        sa.CheckConstraint(
            "control IN ('tinggi', 'sedang', 'rendah')", name=op.f("ck_indicator_manuals_control")
        ),
        sa.CheckConstraint(
            "frequency IN ('bulanan', 'triwulanan', 'semesteran', 'tahunan')",
            name=op.f("ck_indicator_manuals_frequency"),
        ),
        _same_region("indicator_manuals", "version_id", "plan_versions"),
        sa.UniqueConstraint("version_id", "line_ref", name=op.f("uq_indicator_manuals_version_id_line_ref")),
    )
    op.add_column("planned_results", sa.Column("goal_line", sa.String(length=12), nullable=True))
    op.add_column("indicators", sa.Column("key_line", sa.String(length=12), nullable=True))
