"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("region_id", Id, nullable=True),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_ref", sa.String(length=40), nullable=False),
        sa.Column("policy_version_id", Id, nullable=True),
        sa.Column("once_key", sa.String(length=64), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("detail_hash", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_region", ["region_id", "id"], unique=False)
        batch_op.create_index("ix_events_subject", ["subject_type", "subject_ref", "id"], unique=False)

    op.create_table(
        "guesses",
        sa.Column("subject", sa.String(length=70), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last", sa.DateTime(), nullable=False),
        sa.Column("wait_until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_guesses")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("shift_seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("run_after", sa.DateTime(), nullable=False),
        sa.Column("leased_until", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("finished", sa.DateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("ref", name=op.f("uq_jobs_ref")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index("ix_jobs_due", ["finished", "run_after"], unique=False)

    op.create_table(
        "once_keys",
        sa.Column("account_id", Id, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("result_ref", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_once_keys")),
    )
    op.create_table(
        "regions",
        sa.Column("id", Id, nullable=False),
        sa.Column("code", sa.String(length=13), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("hosted", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(length=4), nullable=False),
        sa.Column("accent", sa.String(length=2), nullable=False),
        sa.Column("agency_head_appraiser_id", Id, nullable=True),
        sa.Column("structure_version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "accent IN ('a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8')", name=op.f("ck_regions_accent")
        ),
        sa.CheckConstraint("zone IN ('WIB', 'WITA', 'WIT')", name=op.f("ck_regions_zone")),
        sa.ForeignKeyConstraint(["parent_id"], ["regions.id"], name=op.f("fk_regions_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regions")),
        sa.UniqueConstraint("code", name=op.f("uq_regions_code")),
        sa.UniqueConstraint("ref", name=op.f("uq_regions_ref")),
        sa.UniqueConstraint("slug", name=op.f("uq_regions_slug")),
    )
    op.create_table(
        "cycles",
        sa.Column("id", Id, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "track",
            sa.Enum(
                "nasional", "sendiri", name="track", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_cycles_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycles")),
        sa.UniqueConstraint("ref", name=op.f("uq_cycles_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_cycles_region_id_id"),
        sa.UniqueConstraint("region_id", "year", "track", name=op.f("uq_cycles_region_id_year_track")),
    )
    op.create_table(
        "event_details",
        sa.Column("event_id", Id, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_details_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_details")),
    )
    op.create_table(
        "holidays",
        sa.Column("id", Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint("kind IN ('nasional', 'cuti_bersama', 'daerah')", name=op.f("ck_holidays_kind")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_holidays_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holidays")),
        sa.UniqueConstraint("region_id", "day", "name", name=op.f("uq_holidays_region_id_day_name")),
    )
    op.create_table(
        "people",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("titles_before", sa.String(length=60), nullable=False),
        sa.Column("titles_after", sa.String(length=100), nullable=False),
        sa.Column("search_name", sa.String(length=200), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_people_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("ref", name=op.f("uq_people_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_people_region_id_id"),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index("ix_people_search", ["region_id", "search_name"], unique=False)

    op.create_table(
        "policy_versions",
        sa.Column("id", Id, nullable=False),
        sa.Column("region_id", Id, nullable=True),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("loaded", sa.DateTime(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_policy_versions_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_policy_versions_key_version")),
        sa.UniqueConstraint("ref", name=op.f("uq_policy_versions_ref")),
    )
    op.create_table(
        "stored_files",
        sa.Column("id", Id, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_ref", sa.String(length=12), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_stored_files_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("ref", name=op.f("uq_stored_files_ref")),
    )
    with op.batch_alter_table("stored_files", schema=None) as batch_op:
        batch_op.create_index("ix_stored_files_subject", ["subject_type", "subject_ref"], unique=False)

    op.create_table(
        "units",
        sa.Column("id", Id, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("is_agency", sa.Boolean(), nullable=False),
        sa.Column("independent", sa.Boolean(), nullable=False),
        sa.Column("agency_id", Id, nullable=True),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("working_week", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint("ends IS NULL OR ends > begins", name=op.f("ck_units_span")),
        sa.CheckConstraint("working_week IN (5, 6)", name=op.f("ck_units_working_week")),
        sa.ForeignKeyConstraint(
            ["region_id", "agency_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_units_region_id_agency_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_units_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("ref", name=op.f("uq_units_ref")),
        sa.UniqueConstraint("region_id", "code", name=op.f("uq_units_region_id_code")),
        sa.UniqueConstraint("region_id", "id", name="uq_units_region_id_id"),
        sa.UniqueConstraint("region_id", "slug", name=op.f("uq_units_region_id_slug")),
    )
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.create_index("ix_units_region_agency", ["region_id", "agency_id"], unique=False)

    op.create_table(
        "accounts",
        sa.Column("id", Id, nullable=False),
        sa.Column("region_id", Id, nullable=True),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("password_set", sa.DateTime(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("disabled", sa.DateTime(), nullable=True),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_accounts_person_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_accounts_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("person_id", name=op.f("uq_accounts_person_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_accounts_ref")),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_region_id"), ["region_id"], unique=False)

    op.create_table(
        "employees",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("staff_number", sa.String(length=18), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pns",
                "cpns",
                "pppk",
                "pppk_paruh_waktu",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rank_code", sa.String(length=10), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint("ends IS NULL OR ends > begins", name=op.f("ck_employees_span")),
        sa.ForeignKeyConstraint(
            ["region_id", "person_id"],
            ["people.region_id", "people.id"],
            name=op.f("fk_employees_region_id_person_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_employees_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employees")),
        sa.UniqueConstraint("person_id", name=op.f("uq_employees_person_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_employees_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_employees_region_id_id"),
        sa.UniqueConstraint("region_id", "staff_number", name=op.f("uq_employees_region_id_staff_number")),
    )
    op.create_table(
        "periods",
        sa.Column("id", Id, nullable=False),
        sa.Column("cycle_id", Id, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "bulan",
                "triwulan",
                "semester",
                "tahun",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "direncanakan",
                "dibuka",
                "ditutup",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("policy_version_id", Id, nullable=True),
        sa.Column("opened", sa.DateTime(), nullable=True),
        sa.Column("closed", sa.DateTime(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint("ends > begins", name=op.f("ck_periods_span")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_versions.id"], name=op.f("fk_periods_policy_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "cycle_id"],
            ["cycles.region_id", "cycles.id"],
            name=op.f("fk_periods_region_id_cycle_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_periods_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_periods")),
        sa.UniqueConstraint("cycle_id", "kind", "number", name=op.f("uq_periods_cycle_id_kind_number")),
        sa.UniqueConstraint("ref", name=op.f("uq_periods_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_periods_region_id_id"),
    )
    with op.batch_alter_table("periods", schema=None) as batch_op:
        batch_op.create_index("ix_periods_region_state", ["region_id", "state"], unique=False)

    op.create_table(
        "positions",
        sa.Column("id", Id, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "jpt_pratama",
                "administrator",
                "pengawas",
                "pelaksana",
                "jf",
                "kepala_daerah",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("echelon", sa.String(length=10), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("job_class", sa.Integer(), nullable=True),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint("ends IS NULL OR ends > begins", name=op.f("ck_positions_span")),
        sa.ForeignKeyConstraint(
            ["region_id", "unit_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_positions_region_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_positions_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positions")),
        sa.UniqueConstraint("ref", name=op.f("uq_positions_ref")),
        sa.UniqueConstraint("region_id", "code", name=op.f("uq_positions_region_id_code")),
        sa.UniqueConstraint("region_id", "id", name="uq_positions_region_id_id"),
    )
    with op.batch_alter_table("positions", schema=None) as batch_op:
        batch_op.create_index("ix_positions_unit", ["region_id", "unit_id"], unique=False)

    op.create_table(
        "team_expectations",
        sa.Column("id", Id, nullable=False),
        sa.Column("cycle_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column(
            "value",
            sa.Enum(
                "berorientasi_pelayanan",
                "akuntabel",
                "kompeten",
                "harmonis",
                "loyal",
                "adaptif",
                "kolaboratif",
                name="value",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "cycle_id"],
            ["cycles.region_id", "cycles.id"],
            name=op.f("fk_team_expectations_region_id_cycle_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "person_id"],
            ["people.region_id", "people.id"],
            name=op.f("fk_team_expectations_region_id_person_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_team_expectations_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_expectations")),
        sa.UniqueConstraint(
            "cycle_id", "person_id", "value", name=op.f("uq_team_expectations_cycle_id_person_id_value")
        ),
    )
    op.create_table(
        "unit_parents",
        sa.Column("id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint("ends IS NULL OR ends > begins", name=op.f("ck_unit_parents_span")),
        sa.CheckConstraint("unit_id <> parent_id", name=op.f("ck_unit_parents_not_itself")),
        sa.ForeignKeyConstraint(
            ["region_id", "parent_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_unit_parents_region_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "unit_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_unit_parents_region_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_unit_parents_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_parents")),
    )
    with op.batch_alter_table("unit_parents", schema=None) as batch_op:
        batch_op.create_index("ix_unit_parents_unit", ["region_id", "unit_id", "begins"], unique=False)

    op.create_table(
        "unit_successions",
        sa.Column("id", Id, nullable=False),
        sa.Column("old_id", Id, nullable=False),
        sa.Column("new_id", Id, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "new_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_unit_successions_region_id_new_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "old_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_unit_successions_region_id_old_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_unit_successions_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_successions")),
    )
    op.create_table(
        "appraiser_appointments",
        sa.Column("id", Id, nullable=False),
        sa.Column("position_id", Id, nullable=False),
        sa.Column("appraiser_position_id", Id, nullable=True),
        sa.Column("appraiser_person_id", Id, nullable=True),
        sa.Column("letter", sa.String(length=100), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint(
            "(appraiser_position_id IS NULL) <> (appraiser_person_id IS NULL)",
            name=op.f("ck_appraiser_appointments_one_appraiser"),
        ),
        sa.CheckConstraint("ends IS NULL OR ends > begins", name=op.f("ck_appraiser_appointments_span")),
        sa.ForeignKeyConstraint(
            ["region_id", "appraiser_person_id"],
            ["people.region_id", "people.id"],
            name=op.f("fk_appraiser_appointments_region_id_appraiser_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "appraiser_position_id"],
            ["positions.region_id", "positions.id"],
            name=op.f("fk_appraiser_appointments_region_id_appraiser_position_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "position_id"],
            ["positions.region_id", "positions.id"],
            name=op.f("fk_appraiser_appointments_region_id_position_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_appraiser_appointments_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraiser_appointments")),
        sa.UniqueConstraint("ref", name=op.f("uq_appraiser_appointments_ref")),
    )
    with op.batch_alter_table("appraiser_appointments", schema=None) as batch_op:
        batch_op.create_index(
            "ix_appraiser_appointments_position", ["region_id", "position_id", "begins"], unique=False
        )

    op.create_table(
        "deadlines",
        sa.Column("id", Id, nullable=False),
        sa.Column("period_id", Id, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "susun_skp",
                "reviu_skp",
                "sepakat_skp",
                "tetapkan_skp",
                "rencana_aksi",
                "realisasi",
                "capaian_organisasi",
                "predikat",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("statutory", sa.Boolean(), nullable=False),
        sa.Column("moved_by", sa.String(length=100), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "period_id"],
            ["periods.region_id", "periods.id"],
            name=op.f("fk_deadlines_region_id_period_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_deadlines_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
        sa.UniqueConstraint("period_id", "kind", name=op.f("uq_deadlines_period_id_kind")),
    )
    op.create_table(
        "delegations",
        sa.Column("id", Id, nullable=False),
        sa.Column("position_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("letter", sa.String(length=100), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint("ends IS NULL OR ends > begins", name=op.f("ck_delegations_span")),
        sa.ForeignKeyConstraint(
            ["region_id", "person_id"],
            ["people.region_id", "people.id"],
            name=op.f("fk_delegations_region_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "position_id"],
            ["positions.region_id", "positions.id"],
            name=op.f("fk_delegations_region_id_position_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_delegations_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
        sa.UniqueConstraint("ref", name=op.f("uq_delegations_ref")),
    )
    with op.batch_alter_table("delegations", schema=None) as batch_op:
        batch_op.create_index("ix_delegations_position", ["region_id", "position_id", "begins"], unique=False)

    op.create_table(
        "grants",
        sa.Column("id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pengelola_perangkat_daerah",
                "pengelola_daerah",
                "wali_data",
                "administrator",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("region_id", Id, nullable=True),
        sa.Column("unit_id", Id, nullable=True),
        sa.Column("letter", sa.String(length=100), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "kind <> 'pengelola_perangkat_daerah' OR unit_id IS NOT NULL", name=op.f("ck_grants_agency")
        ),
        sa.CheckConstraint("kind = 'administrator' OR region_id IS NOT NULL", name=op.f("ck_grants_region")),
        sa.CheckConstraint("ends IS NULL OR ends > begins", name=op.f("ck_grants_span")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_grants_account_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_grants_region_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_grants_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint("ref", name=op.f("uq_grants_ref")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index("ix_grants_account", ["account_id", "begins"], unique=False)

    op.create_table(
        "import_batches",
        sa.Column("id", Id, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "unit",
                "jabatan",
                "pegawai",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "diperiksa",
                "siap",
                "diterapkan",
                "dibatalkan",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("structure_version", sa.Integer(), nullable=False),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("warned", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("settled", sa.DateTime(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_import_batches_account_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_import_batches_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
        sa.UniqueConstraint("ref", name=op.f("uq_import_batches_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_import_batches_region_id_id"),
    )
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.create_index("ix_import_batches_region", ["region_id", "made"], unique=False)

    op.create_table(
        "login_names",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("masked", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_login_names_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_login_names")),
    )
    with op.batch_alter_table("login_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_names_account_id"), ["account_id"], unique=False)

    op.create_table(
        "organisation_ratings",
        sa.Column("id", Id, nullable=False),
        sa.Column("period_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column(
            "rating",
            sa.Enum(
                "istimewa",
                "baik",
                "butuh_perbaikan",
                "kurang",
                "sangat_kurang",
                name="rating",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("supersedes_id", Id, nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_organisation_ratings_person_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "period_id"],
            ["periods.region_id", "periods.id"],
            name=op.f("fk_organisation_ratings_region_id_period_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "unit_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_organisation_ratings_region_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_organisation_ratings_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["organisation_ratings.id"], name=op.f("fk_organisation_ratings_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_ratings")),
        sa.UniqueConstraint("ref", name=op.f("uq_organisation_ratings_ref")),
    )
    with op.batch_alter_table("organisation_ratings", schema=None) as batch_op:
        batch_op.create_index("ix_organisation_ratings_unit", ["period_id", "unit_id", "id"], unique=False)

    op.create_table(
        "publications",
        sa.Column("id", Id, nullable=False),
        sa.Column("period_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "disiapkan",
                "terbit",
                "diganti",
                "ditarik",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("method_note", sa.String(length=2000), nullable=False),
        sa.Column("next_date", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("prepared_account_id", Id, nullable=True),
        sa.Column("prepared_person_id", Id, nullable=True),
        sa.Column("prepared_at", sa.DateTime(), nullable=False),
        sa.Column("published_account_id", Id, nullable=True),
        sa.Column("published_person_id", Id, nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=1000), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('terbit', 'diganti') OR published_at IS NOT NULL",
            name=op.f("ck_publications_published"),
        ),
        sa.CheckConstraint("version = 1 OR reason <> ''", name=op.f("ck_publications_correction_has_reason")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_publications_version")),
        sa.ForeignKeyConstraint(
            ["prepared_account_id"], ["accounts.id"], name=op.f("fk_publications_prepared_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_person_id"], ["people.id"], name=op.f("fk_publications_prepared_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_account_id"], ["accounts.id"], name=op.f("fk_publications_published_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_person_id"], ["people.id"], name=op.f("fk_publications_published_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "period_id"],
            ["periods.region_id", "periods.id"],
            name=op.f("fk_publications_region_id_period_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_publications_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("ref", name=op.f("uq_publications_ref")),
    )
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.create_index("ix_publications_region_state", ["region_id", "state"], unique=False)
        batch_op.create_index(
            "uq_publications_period_version",
            ["period_id", "version"],
            unique=True,
            sqlite_where=sa.text("state <> 'ditarik'"),
            postgresql_where=sa.text("state <> 'ditarik'"),
        )

    op.create_table(
        "sign_ins",
        sa.Column("id", Id, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("seen", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("ended", sa.DateTime(), nullable=True),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sign_ins_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("ref", name=op.f("uq_sign_ins_ref")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index("ix_sign_ins_account", ["account_id", "ended"], unique=False)

    op.create_table(
        "tenures",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("position_id", Id, nullable=False),
        sa.Column(
            "acting",
            sa.Enum("plt", "plh", name="acting", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("letter", sa.String(length=100), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint("ends IS NULL OR ends > begins", name=op.f("ck_tenures_span")),
        sa.ForeignKeyConstraint(
            ["region_id", "person_id"],
            ["people.region_id", "people.id"],
            name=op.f("fk_tenures_region_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "position_id"],
            ["positions.region_id", "positions.id"],
            name=op.f("fk_tenures_region_id_position_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_tenures_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenures")),
        sa.UniqueConstraint("ref", name=op.f("uq_tenures_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_tenures_region_id_id"),
    )
    with op.batch_alter_table("tenures", schema=None) as batch_op:
        batch_op.create_index("ix_tenures_person", ["region_id", "person_id", "begins"], unique=False)
        batch_op.create_index("ix_tenures_position", ["region_id", "position_id", "begins"], unique=False)
        batch_op.create_index(
            "uq_tenures_open_definitive",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("ends IS NULL AND acting IS NULL"),
            postgresql_where=sa.text("ends IS NULL AND acting IS NULL"),
        )

    op.create_table(
        "import_rows",
        sa.Column("id", Id, nullable=False),
        sa.Column("batch_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "masuk",
                "ubah",
                "keluar",
                "sama",
                "salah",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "batch_id"],
            ["import_batches.region_id", "import_batches.id"],
            name=op.f("fk_import_rows_region_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_import_rows_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
    )
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.create_index("ix_import_rows_action", ["batch_id", "action", "number"], unique=False)
        batch_op.create_index("uq_import_rows_number", ["batch_id", "number"], unique=True)

    op.create_table(
        "plans",
        sa.Column("id", Id, nullable=False),
        sa.Column("cycle_id", Id, nullable=False),
        sa.Column("tenure_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draf",
                "diajukan",
                "dikembalikan",
                "direviu",
                "disepakati",
                "ditandatangani",
                "ditetapkan",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "approach",
            sa.Enum(
                "kuantitatif",
                "kualitatif",
                name="approach",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("leader_form", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("set_on", sa.Date(), nullable=True),
        sa.Column("matrix_shared", sa.DateTime(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "cycle_id"],
            ["cycles.region_id", "cycles.id"],
            name=op.f("fk_plans_region_id_cycle_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "person_id"],
            ["people.region_id", "people.id"],
            name=op.f("fk_plans_region_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "tenure_id"],
            ["tenures.region_id", "tenures.id"],
            name=op.f("fk_plans_region_id_tenure_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_plans_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("cycle_id", "tenure_id", name=op.f("uq_plans_cycle_id_tenure_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_plans_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_plans_region_id_id"),
    )
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.create_index("ix_plans_person", ["region_id", "person_id"], unique=False)

    op.create_table(
        "enrolments",
        sa.Column("id", Id, nullable=False),
        sa.Column("period_id", Id, nullable=False),
        sa.Column("tenure_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("employee_id", Id, nullable=False),
        sa.Column("position_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("agency_id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("is_leader", sa.Boolean(), nullable=False),
        sa.Column("rank_code", sa.String(length=10), nullable=False),
        sa.Column("appraiser_id", Id, nullable=True),
        sa.Column("appraiser_position_id", Id, nullable=True),
        sa.Column("appraiser_basis", sa.String(length=20), nullable=False),
        sa.Column("superior_id", Id, nullable=True),
        sa.Column("superior_position_id", Id, nullable=True),
        sa.Column("skipped", sa.Text(), nullable=False),
        sa.Column("plan_id", Id, nullable=True),
        sa.Column(
            "not_obliged",
            sa.Enum(
                "cltn",
                "mpp",
                "diberhentikan_sementara",
                "pejabat_negara",
                name="not_obliged",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("not_obliged_note", sa.String(length=300), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint("ends IS NULL OR ends > begins", name=op.f("ck_enrolments_span")),
        sa.ForeignKeyConstraint(
            ["region_id", "agency_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_enrolments_region_id_agency_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "appraiser_id"],
            ["people.region_id", "people.id"],
            name=op.f("fk_enrolments_region_id_appraiser_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "employee_id"],
            ["employees.region_id", "employees.id"],
            name=op.f("fk_enrolments_region_id_employee_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "organisation_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_enrolments_region_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "period_id"],
            ["periods.region_id", "periods.id"],
            name=op.f("fk_enrolments_region_id_period_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "person_id"],
            ["people.region_id", "people.id"],
            name=op.f("fk_enrolments_region_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "plan_id"],
            ["plans.region_id", "plans.id"],
            name=op.f("fk_enrolments_region_id_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "position_id"],
            ["positions.region_id", "positions.id"],
            name=op.f("fk_enrolments_region_id_position_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "superior_id"],
            ["people.region_id", "people.id"],
            name=op.f("fk_enrolments_region_id_superior_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "tenure_id"],
            ["tenures.region_id", "tenures.id"],
            name=op.f("fk_enrolments_region_id_tenure_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "unit_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_enrolments_region_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_enrolments_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("period_id", "tenure_id", name=op.f("uq_enrolments_period_id_tenure_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_enrolments_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_enrolments_region_id_id"),
    )
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.create_index(
            "ix_enrolments_appraiser", ["region_id", "appraiser_id", "period_id"], unique=False
        )
        batch_op.create_index(
            "ix_enrolments_period_agency", ["region_id", "period_id", "agency_id"], unique=False
        )
        batch_op.create_index("ix_enrolments_person", ["region_id", "person_id", "period_id"], unique=False)
        batch_op.create_index("ix_enrolments_plan", ["plan_id"], unique=False)
        batch_op.create_index(
            "ix_enrolments_superior", ["region_id", "superior_id", "period_id"], unique=False
        )

    op.create_table(
        "line_notes",
        sa.Column("id", Id, nullable=False),
        sa.Column("plan_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line_ref", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("sent", sa.DateTime(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_line_notes_person_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "plan_id"],
            ["plans.region_id", "plans.id"],
            name=op.f("fk_line_notes_region_id_plan_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_line_notes_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_notes")),
        sa.UniqueConstraint("ref", name=op.f("uq_line_notes_ref")),
    )
    with op.batch_alter_table("line_notes", schema=None) as batch_op:
        batch_op.create_index("ix_line_notes_plan", ["plan_id", "number"], unique=False)

    op.create_table(
        "matrix_cells",
        sa.Column("id", Id, nullable=False),
        sa.Column("plan_id", Id, nullable=False),
        sa.Column("line_ref", sa.String(length=12), nullable=False),
        sa.Column("tenure_id", Id, nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "plan_id"],
            ["plans.region_id", "plans.id"],
            name=op.f("fk_matrix_cells_region_id_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "tenure_id"],
            ["tenures.region_id", "tenures.id"],
            name=op.f("fk_matrix_cells_region_id_tenure_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_matrix_cells_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matrix_cells")),
        sa.UniqueConstraint(
            "plan_id", "line_ref", "tenure_id", name=op.f("uq_matrix_cells_plan_id_line_ref_tenure_id")
        ),
    )
    with op.batch_alter_table("matrix_cells", schema=None) as batch_op:
        batch_op.create_index("ix_matrix_cells_tenure", ["tenure_id"], unique=False)

    op.create_table(
        "plan_versions",
        sa.Column("id", Id, nullable=False),
        sa.Column("plan_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("frozen", sa.DateTime(), nullable=True),
        sa.Column("resource_support", sa.Text(), nullable=False),
        sa.Column("accountability_scheme", sa.Text(), nullable=False),
        sa.Column("consequence", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "plan_id"],
            ["plans.region_id", "plans.id"],
            name=op.f("fk_plan_versions_region_id_plan_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_plan_versions_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_versions")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_versions_plan_id_number")),
        sa.UniqueConstraint("ref", name=op.f("uq_plan_versions_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_plan_versions_region_id_id"),
    )
    op.create_table(
        "action_steps",
        sa.Column("id", Id, nullable=False),
        sa.Column("enrolment_id", Id, nullable=False),
        sa.Column("line_ref", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("target", sa.String(length=100), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "diusulkan",
                "disepakati",
                "selesai",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "enrolment_id"],
            ["enrolments.region_id", "enrolments.id"],
            name=op.f("fk_action_steps_region_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_action_steps_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_steps")),
        sa.UniqueConstraint("ref", name=op.f("uq_action_steps_ref")),
    )
    with op.batch_alter_table("action_steps", schema=None) as batch_op:
        batch_op.create_index("ix_action_steps_enrolment", ["enrolment_id"], unique=False)

    op.create_table(
        "behaviour_expectations",
        sa.Column("id", Id, nullable=False),
        sa.Column("version_id", Id, nullable=False),
        sa.Column(
            "value",
            sa.Enum(
                "berorientasi_pelayanan",
                "akuntabel",
                "kompeten",
                "harmonis",
                "loyal",
                "adaptif",
                "kolaboratif",
                name="value",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("expectation", sa.String(length=1000), nullable=False),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "version_id"],
            ["plan_versions.region_id", "plan_versions.id"],
            name=op.f("fk_behaviour_expectations_region_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_behaviour_expectations_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_behaviour_expectations")),
        sa.UniqueConstraint("version_id", "value", name=op.f("uq_behaviour_expectations_version_id_value")),
    )
    op.create_table(
        "evaluations",
        sa.Column("id", Id, nullable=False),
        sa.Column("enrolment_id", Id, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "berjalan",
                "dilaporkan",
                "dinilai",
                "disampaikan",
                "diterima",
                "ditutup",
                "tidak_dinilai",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("self_note", sa.String(length=2000), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column(
            "draft_result",
            sa.Enum(
                "di_bawah",
                "sesuai",
                "di_atas",
                name="draft_result",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("draft_result_reason", sa.String(length=1000), nullable=False),
        sa.Column(
            "draft_behaviour",
            sa.Enum(
                "di_bawah",
                "sesuai",
                "di_atas",
                name="draft_behaviour",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("draft_behaviour_reason", sa.String(length=1000), nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("rating_id", Id, nullable=True),
        sa.Column("rated_on", sa.Date(), nullable=True),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column(
            "not_evaluated",
            sa.Enum(
                "masa_kerja_singkat",
                "pindah",
                "cuti_sakit",
                "cuti_melahirkan",
                "cuti_besar",
                "tugas_belajar",
                "pensiun",
                "meninggal_dunia",
                "tanpa_skp",
                "tanpa_penilai",
                "lainnya",
                name="not_evaluated",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("not_evaluated_note", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint(
            "(state = 'tidak_dinilai') = (not_evaluated IS NOT NULL)",
            name=op.f("ck_evaluations_absence_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["ratings.id"], name=op.f("fk_evaluations_rating_id"), use_alter=True
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "enrolment_id"],
            ["enrolments.region_id", "enrolments.id"],
            name=op.f("fk_evaluations_region_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_evaluations_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_evaluations_enrolment_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_evaluations_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_evaluations_region_id_id"),
    )
    with op.batch_alter_table("evaluations", schema=None) as batch_op:
        batch_op.create_index("ix_evaluations_state", ["region_id", "state"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("id", Id, nullable=False),
        sa.Column("enrolment_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column(
            "relation",
            sa.Enum(
                "pimpinan",
                "rekan",
                "bawahan",
                "pihak_lain",
                name="relation",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum("apresiasi", "saran", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("line_ref", sa.String(length=12), nullable=True),
        sa.Column(
            "value",
            sa.Enum(
                "berorientasi_pelayanan",
                "akuntabel",
                "kompeten",
                "harmonis",
                "loyal",
                "adaptif",
                "kolaboratif",
                name="value",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column(
            "reply_kind",
            sa.Enum(
                "terima_kasih",
                "tanggapan",
                "rencana",
                name="reply_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reply", sa.String(length=1000), nullable=False),
        sa.Column("replied", sa.DateTime(), nullable=True),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_feedback_person_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "enrolment_id"],
            ["enrolments.region_id", "enrolments.id"],
            name=op.f("fk_feedback_region_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_feedback_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("ref", name=op.f("uq_feedback_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_feedback_region_id_id"),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index("ix_feedback_enrolment", ["enrolment_id", "at"], unique=False)

    op.create_table(
        "planned_results",
        sa.Column("id", Id, nullable=False),
        sa.Column("version_id", Id, nullable=False),
        sa.Column("line_ref", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("utama", "tambahan", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("assigned_by", sa.String(length=200), nullable=False),
        sa.Column("supported_line", sa.String(length=12), nullable=True),
        sa.Column("supported", sa.String(length=500), nullable=False),
        sa.Column(
            "perspective",
            sa.Enum(
                "penerima_layanan",
                "proses_bisnis",
                "penguatan_internal",
                "anggaran",
                name="perspective",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "version_id"],
            ["plan_versions.region_id", "plan_versions.id"],
            name=op.f("fk_planned_results_region_id_version_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_planned_results_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_results")),
        sa.UniqueConstraint("ref", name=op.f("uq_planned_results_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_planned_results_region_id_id"),
        sa.UniqueConstraint("version_id", "line_ref", name=op.f("uq_planned_results_version_id_line_ref")),
    )
    with op.batch_alter_table("planned_results", schema=None) as batch_op:
        batch_op.create_index("ix_planned_results_line", ["line_ref"], unique=False)

    op.create_table(
        "progress_entries",
        sa.Column("id", Id, nullable=False),
        sa.Column("enrolment_id", Id, nullable=False),
        sa.Column("line_ref", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "enrolment_id"],
            ["enrolments.region_id", "enrolments.id"],
            name=op.f("fk_progress_entries_region_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_progress_entries_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_entries")),
        sa.UniqueConstraint("ref", name=op.f("uq_progress_entries_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_progress_entries_region_id_id"),
    )
    with op.batch_alter_table("progress_entries", schema=None) as batch_op:
        batch_op.create_index("ix_progress_entries_enrolment", ["enrolment_id", "day"], unique=False)

    op.create_table(
        "achievements",
        sa.Column("id", Id, nullable=False),
        sa.Column("evaluation_id", Id, nullable=False),
        sa.Column("indicator_ref", sa.String(length=12), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "evaluation_id"],
            ["evaluations.region_id", "evaluations.id"],
            name=op.f("fk_achievements_region_id_evaluation_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_achievements_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_achievements")),
        sa.UniqueConstraint(
            "evaluation_id", "indicator_ref", name=op.f("uq_achievements_evaluation_id_indicator_ref")
        ),
    )
    op.create_table(
        "indicators",
        sa.Column("id", Id, nullable=False),
        sa.Column("result_id", Id, nullable=False),
        sa.Column("line_ref", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "aspect",
            sa.Enum(
                "kuantitas",
                "kualitas",
                "waktu",
                "biaya",
                name="aspect",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("target_min", sa.BigInteger(), nullable=True),
        sa.Column("target_max", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column(
            "direction",
            sa.Enum("naik", "turun", name="direction", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint(
            "target_max IS NULL OR target_max >= target_min", name=op.f("ck_indicators_target_range")
        ),
        sa.CheckConstraint("target_min IS NULL OR target_min >= 0", name=op.f("ck_indicators_target_min")),
        sa.ForeignKeyConstraint(
            ["region_id", "result_id"],
            ["planned_results.region_id", "planned_results.id"],
            name=op.f("fk_indicators_region_id_result_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_indicators_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicators")),
        sa.UniqueConstraint("ref", name=op.f("uq_indicators_ref")),
    )
    with op.batch_alter_table("indicators", schema=None) as batch_op:
        batch_op.create_index("ix_indicators_result", ["result_id"], unique=False)

    op.create_table(
        "ratings",
        sa.Column("id", Id, nullable=False),
        sa.Column("evaluation_id", Id, nullable=False),
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
            nullable=False,
        ),
        sa.Column("result_reason", sa.String(length=1000), nullable=False),
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
            nullable=False,
        ),
        sa.Column("behaviour_reason", sa.String(length=1000), nullable=False),
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
            nullable=False,
        ),
        sa.Column("recommendation", sa.String(length=1000), nullable=False),
        sa.Column(
            "advice",
            sa.Enum(
                "di_bawah",
                "sesuai",
                "di_atas",
                name="advice",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("advice_mean", sa.BigInteger(), nullable=True),
        sa.Column("organisation_rating_id", Id, nullable=False),
        sa.Column("policy_version_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("supersedes_id", Id, nullable=True),
        sa.Column("change_reason", sa.String(length=1000), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_rating_id"],
            ["organisation_ratings.id"],
            name=op.f("fk_ratings_organisation_rating_id"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_ratings_person_id")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_versions.id"], name=op.f("fk_ratings_policy_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "evaluation_id"],
            ["evaluations.region_id", "evaluations.id"],
            name=op.f("fk_ratings_region_id_evaluation_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_ratings_region_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["ratings.id"], name=op.f("fk_ratings_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint("ref", name=op.f("uq_ratings_ref")),
    )
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.create_index("ix_ratings_evaluation", ["evaluation_id"], unique=False)

    if op.get_context().dialect.name != "sqlite":
        op.create_foreign_key("fk_evaluations_rating_id", "evaluations", "ratings", ["rating_id"], ["id"])
