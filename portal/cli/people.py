"""Administrators and grants by command: for who holds the server, before anybody holds an account."""

from __future__ import annotations

from datetime import date

import click

from portal.cli.imports import DAY, OPERATOR, _fail, _region, command
from portal.extensions import db
from portal.ledger.door import door
from portal.people.accounts import actions as accounts
from portal.people.accounts import passwords
from portal.people.accounts import queries as account_queries
from portal.people.accounts.models import GrantKind
from portal.people.activation import actions as activation
from portal.people.activation.rules import written
from portal.people.organisation.models import Unit
from portal.web import current

OF_REGION = [kind.value for kind in GrantKind if kind is not GrantKind.ADMINISTRATOR]


@click.command("administrator")
@click.option("--address", default="", help="Alamat portal bagi pengguna.")
@command
def administrator_command(address: str) -> None:
    """Membuat kode sekali pakai bagi administrator baru; kode yang lama batal."""
    with door():
        code = activation.open_first(by=OPERATOR, at=current.now())
    tell_code(code, address)


def tell_code(code: str, address: str = "") -> None:
    """Print a first code, the only time that it is seen."""
    click.echo("\nKode administrator, tampil sekali ini saja, berlaku 24 jam:\n")
    click.echo(f"    {written(code)}\n")
    click.echo(
        f"Buka {address.rstrip('/')}/activate/administrator, lalu tulis kode itu. Tidak ada akun bawaan."
    )


@click.command("grant")
@click.argument("login")
@click.option("--kind", required=True, type=click.Choice(OF_REGION), help="Hak akses.")
@click.option("--region", "slug", required=True, help="Daerah, seperti dalam alamatnya.")
@click.option("--unit", "code", help="Kode perangkat daerah, bila haknya hanya di sana.")
@click.option("--letter", required=True, help="Nomor surat penunjukan.")
@click.option("--from", "begins", type=DAY, help="Mulai berlaku (bawaan: hari ini).")
@command
def grant_command(
    login: str, kind: str, slug: str, code: str | None, letter: str, begins: date | None
) -> None:
    """Memberikan hak akses kepada pemilik NIP atau surel LOGIN."""
    region = _region(slug)
    account = account_queries.by_login(passwords.login_digest(login))
    if account is None or account.region_id not in (None, region.id):
        _fail(f"Tidak ada akun dengan NIP atau surel itu di {region.name}. Akun dibuat saat pegawai diimpor.")
    chosen = GrantKind(kind)
    unit = None
    if chosen is GrantKind.AGENCY_HR:
        unit = db.session.scalar(
            db.select(Unit).where(Unit.region_id == region.id, Unit.code == code, Unit.is_agency)
        )
        if unit is None:
            _fail("Sebutkan kode perangkat daerahnya dengan --unit.")
    with door(account):
        accounts.grant(
            account,
            kind=chosen,
            region_id=region.id,
            unit_id=unit.id if unit else None,
            letter=letter.strip()[:100],
            begins=begins or current.today(region.zone),
            by=OPERATOR,
            at=current.now(),
        )
    click.echo(f"{account.name}: {chosen.value} di {unit.name if unit else region.name}.")
