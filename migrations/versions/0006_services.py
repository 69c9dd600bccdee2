"""Services with their standard and indicators, values by unit and period, tables of them, and what was published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "services",
        sa.Column("id", Id, nullable=False),
        sa.Column("agency_id", Id, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("everyday", sa.String(length=160), nullable=False),
        sa.Column("decree", sa.String(length=300), nullable=False),
        sa.Column("set_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "agency_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_services_region_id_agency_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_services_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
        sa.UniqueConstraint("ref", name=op.f("uq_services_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_services_region_id_id"),
        sa.UniqueConstraint("region_id", "slug", name=op.f("uq_services_region_id_slug")),
    )
    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.create_index("ix_services_agency", ["agency_id"], unique=False)
        batch_op.create_index("ix_services_region_name", ["region_id", "name", "id"], unique=False)

    op.create_table(
        "service_editions",
        sa.Column("id", Id, nullable=False),
        sa.Column("service_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("last_value", Id, nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_service_editions_version")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_service_editions_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_service_editions_person_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "service_id"],
            ["services.region_id", "services.id"],
            name=op.f("fk_service_editions_region_id_service_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_service_editions_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_editions")),
        sa.UniqueConstraint("ref", name=op.f("uq_service_editions_ref")),
        sa.UniqueConstraint("service_id", "version", name=op.f("uq_service_editions_service_id_version")),
    )
    op.create_table(
        "service_indicators",
        sa.Column("id", Id, nullable=False),
        sa.Column("service_id", Id, nullable=False),
        sa.Column("agency_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("concept", sa.String(length=2000), nullable=False),
        sa.Column("formula", sa.String(length=2000), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "persentase",
                "rata_rata",
                "jumlah",
                "median",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "better",
            sa.Enum(
                "naik", "turun", "netral", name="better", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("producer", sa.String(length=300), nullable=False),
        sa.Column(
            "frequency",
            sa.Enum(
                "bulan",
                "triwulan",
                "semester",
                "tahun",
                name="frequency",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("baseline", sa.BigInteger(), nullable=True),
        sa.Column("baseline_note", sa.String(length=300), nullable=False),
        sa.Column("standard", sa.BigInteger(), nullable=True),
        sa.Column("standard_note", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint("places >= 0 AND places <= 3", name=op.f("ck_service_indicators_places")),
        sa.ForeignKeyConstraint(
            ["region_id", "agency_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_service_indicators_region_id_agency_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "service_id"],
            ["services.region_id", "services.id"],
            name=op.f("fk_service_indicators_region_id_service_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_service_indicators_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_indicators")),
        sa.UniqueConstraint("ref", name=op.f("uq_service_indicators_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_service_indicators_region_id_id"),
    )
    with op.batch_alter_table("service_indicators", schema=None) as batch_op:
        batch_op.create_index("ix_service_indicators_service", ["service_id", "number"], unique=False)

    op.create_table(
        "standard_parts",
        sa.Column("id", Id, nullable=False),
        sa.Column("service_id", Id, nullable=False),
        sa.Column(
            "component",
            sa.Enum(
                "persyaratan",
                "prosedur",
                "jangka_waktu",
                "biaya",
                "produk",
                "pengaduan",
                "dasar_hukum",
                "sarana",
                "kompetensi",
                "pengawasan",
                "jumlah_pelaksana",
                "jaminan_pelayanan",
                "jaminan_keamanan",
                "evaluasi_pelaksana",
                name="component",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "service_id"],
            ["services.region_id", "services.id"],
            name=op.f("fk_standard_parts_region_id_service_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_standard_parts_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_parts")),
        sa.UniqueConstraint("service_id", "component", name=op.f("uq_standard_parts_service_id_component")),
    )
    op.create_table(
        "measurements",
        sa.Column("id", Id, nullable=False),
        sa.Column("indicator_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("agency_id", Id, nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("released", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_measurements_revision")),
        sa.ForeignKeyConstraint(
            ["region_id", "agency_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_measurements_region_id_agency_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "indicator_id"],
            ["service_indicators.region_id", "service_indicators.id"],
            name=op.f("fk_measurements_region_id_indicator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "unit_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_measurements_region_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_measurements_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurements")),
        sa.UniqueConstraint(
            "indicator_id", "unit_id", "begins", name=op.f("uq_measurements_indicator_id_unit_id_begins")
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_measurements_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_measurements_region_id_id"),
    )
    op.create_table(
        "value_batches",
        sa.Column("id", Id, nullable=False),
        sa.Column("indicator_id", Id, nullable=False),
        sa.Column("agency_id", Id, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("nilai", "kasus", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("mark", sa.String(length=60), nullable=False),
        sa.Column("fresh", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("settled", sa.DateTime(), nullable=True),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=12), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_value_batches_account_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "agency_id"],
            ["units.region_id", "units.id"],
            name=op.f("fk_value_batches_region_id_agency_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "indicator_id"],
            ["service_indicators.region_id", "service_indicators.id"],
            name=op.f("fk_value_batches_region_id_indicator_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_value_batches_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_batches")),
        sa.UniqueConstraint("ref", name=op.f("uq_value_batches_ref")),
        sa.UniqueConstraint("region_id", "id", name="uq_value_batches_region_id_id"),
    )
    with op.batch_alter_table("value_batches", schema=None) as batch_op:
        batch_op.create_index("ix_value_batches_indicator", ["indicator_id", "id"], unique=False)

    op.create_table(
        "measured_values",
        sa.Column("id", Id, nullable=False),
        sa.Column("measurement_id", Id, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("numerator", sa.BigInteger(), nullable=True),
        sa.Column("denominator", sa.BigInteger(), nullable=True),
        sa.Column("n", Id, nullable=True),
        sa.Column("durations", sa.Text(), nullable=True),
        sa.Column("open_cases", sa.Integer(), nullable=True),
        sa.Column("excluded", sa.Integer(), nullable=True),
        sa.Column(
            "missing",
            sa.Enum(
                "tidak_ada_layanan",
                "gangguan",
                "tidak_dikumpulkan",
                "sedang_diperiksa",
                "sebab_lain",
                name="missing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("outage", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("batch_id", Id, nullable=True),
        sa.Column("region_id", Id, nullable=False),
        sa.CheckConstraint(
            "revision = 1 OR reason <> ''", name=op.f("ck_measured_values_correction_has_reason")
        ),
        sa.CheckConstraint(
            "(value IS NULL) = (missing IS NOT NULL)", name=op.f("ck_measured_values_value_or_reason")
        ),
        sa.CheckConstraint(
            "denominator IS NULL OR (denominator > 0 AND numerator <= denominator)",
            name=op.f("ck_measured_values_share"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_measured_values_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_measured_values_person_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "measurement_id"],
            ["measurements.region_id", "measurements.id"],
            name=op.f("fk_measured_values_region_id_measurement_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_measured_values_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measured_values")),
        sa.UniqueConstraint(
            "measurement_id", "revision", name=op.f("uq_measured_values_measurement_id_revision")
        ),
    )
    op.create_table(
        "value_rows",
        sa.Column("id", Id, nullable=False),
        sa.Column("batch_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "fate",
            sa.Enum(
                "baru",
                "koreksi",
                "sama",
                "salah",
                name="fate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("given", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("plan", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("errors", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("region_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "batch_id"],
            ["value_batches.region_id", "value_batches.id"],
            name=op.f("fk_value_rows_region_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_value_rows_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_rows")),
    )
    with op.batch_alter_table("value_rows", schema=None) as batch_op:
        batch_op.create_index("ix_value_rows_batch", ["batch_id", "fate", "number"], unique=False)
