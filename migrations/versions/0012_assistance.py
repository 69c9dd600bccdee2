"""Who types for whom (NEW-26): appointments, the session that types, and the typist of every event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "assistances",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("assistant_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("letter", sa.String(length=100), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("ended", sa.DateTime(), nullable=True),
        sa.Column("confirmed", sa.DateTime(), nullable=True),
        sa.Column("confirmed_event", BIG, nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", BIG, nullable=False),
        sa.CheckConstraint("kind IN ('pengisi_bantu', 'delegasi_ketik')", name=op.f("ck_assistances_kind")),
        sa.CheckConstraint("person_id <> assistant_id", name=op.f("ck_assistances_another")),
        sa.CheckConstraint("ends IS NULL OR ends > begins", name=op.f("ck_assistances_span")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_assistances_region_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "person_id"],
            ["people.region_id", "people.id"],
            name=op.f("fk_assistances_region_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "assistant_id"],
            ["people.region_id", "people.id"],
            name=op.f("fk_assistances_region_id_assistant_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistances")),
        sa.UniqueConstraint("ref", name=op.f("uq_assistances_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_assistances_region_id_id"),
    )
    op.create_index("ix_assistances_person", "assistances", ["region_id", "person_id"])
    op.create_index("ix_assistances_assistant", "assistances", ["region_id", "assistant_id"])
    op.add_column("events", sa.Column("typist_id", BIG, nullable=True))
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.add_column(sa.Column("assistance_id", BIG, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_sign_ins_assistance_id"), "assistances", ["assistance_id"], ["id"]
        )
