"""Dialogues on a period's results, and the steps that were agreed in them (Y-39)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ADDED = ("well", "improve")


def upgrade() -> None:
    # Every record so far is about expectations.
    with op.batch_alter_table("dialogues", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(length=40), nullable=False, server_default="ekspektasi")
        )
        for name in ADDED:
            batch_op.add_column(sa.Column(name, sa.String(length=2000), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("enrolment_id", BIG, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_dialogues_region_id_enrolment_id"),
            "enrolments",
            ["region_id", "enrolment_id"],
            ["region_id", "id"],
        )
        batch_op.create_unique_constraint("uq_dialogues_region_id_id", ["region_id", "id"])
        batch_op.create_check_constraint(op.f("ck_dialogues_kind"), "kind IN ('ekspektasi', 'hasil')")
        batch_op.create_check_constraint(
            op.f("ck_dialogues_period"), "(kind = 'hasil') = (enrolment_id IS NOT NULL)"
        )
        batch_op.create_index("ix_dialogues_enrolment", ["enrolment_id"])
        batch_op.create_index("ix_dialogues_appraiser", ["region_id", "appraiser_id"])
    with op.batch_alter_table("dialogues", schema=None) as batch_op:
        for name in ("kind", *ADDED):
            length = 40 if name == "kind" else 2000
            batch_op.alter_column(name, existing_type=sa.String(length=length), server_default=None)
    op.create_table(
        "dialogue_steps",
        sa.Column("id", BIG, nullable=False),
        sa.Column("dialogue_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("done", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.CheckConstraint("side IN ('pegawai', 'penilai')", name=op.f("ck_dialogue_steps_side")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_dialogue_steps_region_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "dialogue_id"],
            ["dialogues.region_id", "dialogues.id"],
            name=op.f("fk_dialogue_steps_region_id_dialogue_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogue_steps")),
        sa.UniqueConstraint("ref", name=op.f("uq_dialogue_steps_ref")),
        sa.UniqueConstraint("dialogue_id", "position", name=op.f("uq_dialogue_steps_dialogue_id_position")),
    )
