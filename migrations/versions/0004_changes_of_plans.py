"""Changes of a plan that was set: which version is in force, why it was changed, which one was rated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

REASONS = (
    "pergantian_pejabat",
    "perubahan_strategi",
    "perubahan_prioritas",
    "sakit_cuti",
    "penugasan_lain",
    "alasan_lain",
)


def upgrade() -> None:
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.add_column(sa.Column("in_force", sa.Integer(), nullable=True))
    with op.batch_alter_table("plan_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(length=40), nullable=True))
        listed = ", ".join(f"'{each}'" for each in REASONS)
        batch_op.create_check_constraint(op.f("ck_plan_versions_reason"), f"reason IN ({listed})")
        for name, length in (("reason_note", 1000), ("letter", 100)):
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        for name in ("letter_date", "away_from", "away_to", "agreed_on", "signed_on", "set_on"):
            batch_op.add_column(sa.Column(name, sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("cancelled", sa.DateTime(), nullable=True))
    with op.batch_alter_table("evaluations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("plan_number", sa.Integer(), nullable=True))
    with op.batch_alter_table("plan_versions", schema=None) as batch_op:
        for name in ("reason_note", "letter"):
            batch_op.alter_column(name, existing_type=sa.String(), server_default=None)
    op.execute("UPDATE plans SET in_force = number WHERE state = 'ditetapkan'")
    for name in ("agreed_on", "signed_on", "set_on"):
        op.execute(
            f"UPDATE plan_versions SET {name} = (SELECT p.{name} FROM plans p"
            " WHERE p.id = plan_versions.plan_id AND p.number = plan_versions.number)"
        )
    op.execute(
        "UPDATE evaluations SET plan_number = (SELECT p.in_force FROM plans p"
        " JOIN enrolments e ON e.plan_id = p.id WHERE e.id = evaluations.enrolment_id)"
        " WHERE state <> 'berjalan'"
    )
