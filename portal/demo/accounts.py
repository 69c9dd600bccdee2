"""The accounts that a demo offers at sign-in: who they are, and what one can try as them.

They share one password, which is kept in ``demo_accounts.json`` in the data folder. A database that is
not marked as a demo has no such file, and sign-in offers nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from portal.demo.crowd import PASSWORD, Crowd
from portal.demo.people import MAIL
from portal.demo.setting import OPERATOR
from portal.demo.stage import Stage, acting
from portal.extensions import db
from portal.ledger import events
from portal.people.accounts import actions as accounts
from portal.people.accounts import passwords
from portal.people.accounts.models import Account, GrantKind
from portal.web.current import app

FILE = "demo_accounts.json"
KEYS = ("name", "login", "password", "area", "what", "region")


@dataclass(frozen=True)
class Offer:
    """An account of the story: its area and what can be tried with it."""

    who: str
    area: str
    what: str


OFFERS = (
    Offer(
        "rina",
        "employee",
        "Pegawai loket puskesmas: SKP, kemajuan, umpan balik, dan predikat yang menunggu diterima",
    ),
    Offer(
        "sari",
        "rater",
        "Kepala puskesmas yang menilai lebih dari seratus orang: SKP bawahan, meja penilaian, matriks peran hasil",
    ),
    Offer(
        "anton",
        "rater",
        "Kepala dinas kesehatan: capaian organisasi puskesmas, penilaian kepala bidang, sasaran bersama yang menunggu",
    ),
    Offer("dewi", "hr", "Pengelola kinerja Dinas Kesehatan: siapa terlambat dan siapa tidak dinilai"),
    Offer(
        "bayu", "hr", "Pengelola kinerja kota: siklus, periode, capaian organisasi, dan menyiapkan terbitan"
    ),
    Offer("wali_data", "hr", "Wali data: memeriksa dan menerbitkan angka yang disiapkan orang lain"),
    Offer("sendiri", "employee", "Satu-satunya pegawai di kelurahan yang lurahnya kosong: penilainya camat"),
    Offer("lurah_padangsari", "rater", "Lurah: menilai dua petugas dan dinilai camat"),
    Offer("loket_banyumanik", "employee", "Petugas loket kecamatan: membaca mengapa nilainya begini"),
    Offer(
        "kasubbag_banyumanik",
        "hr",
        "Pengelola kinerja kecamatan: survei perilaku tertutup yang sedang berjalan, kalibrasi, dan kebijakannya",
    ),
    Offer("perawat_talawi", "employee", "Perawat yang belum melaporkan realisasi triwulan III"),
    Offer(
        "kepala_wanggar", "rater", "Kepala distrik (WIT): menilai kantor kecil dan mengisi kemajuan sendiri"
    ),
    Offer(
        "layanan_walesi",
        "employee",
        "Petugas distrik pegunungan (WIT): mencatat kemajuan pada jaringan lambat",
    ),
)
ADMINISTRATOR = ("Administrator Peraga", f"admin@{MAIL}", "Melihat keadaan pemasangan, akun, dan hak akses")
OFFICES = (
    (
        GrantKind.AUDITOR,
        "Inspektorat Peraga",
        f"auditor@{MAIL}",
        "audit",
        "Auditor: membaca semuanya dalam lingkupnya dan mencari dalam catatan kejadian",
    ),
    (
        GrantKind.BOARD,
        "Tim Penilai Kinerja Peraga",
        f"tim_penilai@{MAIL}",
        "leader",
        "Tim penilai kinerja: keadaan setiap perangkat daerah, capaian organisasi, dan pola predikat",
    ),
)
"""Accounts of offices rather than of people of the story, each with its grant for the first region."""


LARGE = {
    "hr": (
        "hr",
        "Pengelola kinerja daerah dengan puluhan ribu pegawai: daftar, pencarian, saringan, unduhan",
    ),
    "publisher": ("hr", "Wali data daerah dengan puluhan ribu pegawai"),
    "rater": ("rater", "Penilai ratusan pegawai dalam satu unit"),
}
"""Area of the accounts of large regions, and what can be tried with them."""


def offer(stages: Sequence[Stage], crowds: Sequence[Crowd] = ()) -> None:
    """Give the accounts of the story the shared password and write the list; after all has been played."""
    rows: list[dict[str, str]] = []
    by_who = {
        seat.who: (stage, stage.people[seat.code])
        for stage in stages
        for seat in stage.place.seats
        if seat.who and seat.code in stage.people
    }
    hashes = {offered.who: passwords.make(PASSWORD) for offered in OFFERS if offered.who in by_who}
    hashes["admin"] = passwords.make(PASSWORD)
    with acting():
        for offered in OFFERS:
            if offered.who not in by_who:
                continue
            stage, someone = by_who[offered.who]
            person_id = next(id_ for id_, actor in stage.actors.items() if actor.name == someone.name)
            account = db.session.scalars(select(Account).where(Account.person_id == person_id)).one()
            account.about = offered.what
            _set_password(account, hashes[offered.who], stage)
            name = someone.name
            region = str(stage.place.about["name"])
            rows.append(
                dict(
                    zip(KEYS, (name, someone.mail, PASSWORD, offered.area, offered.what, region), strict=True)
                )
            )
        rows.append(_administrator(stages[0], hashes["admin"]))
        rows += [_office(stages[0], hashes["admin"], *each) for each in OFFICES]
        for crowd in crowds:
            for login, name, part in crowd.offered:
                area, what = LARGE[part]
                values = (name, login, PASSWORD, area, what, crowd.about.name)
                rows.append(dict(zip(KEYS, values, strict=True)))
    path = app().settings.folder / FILE
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    path.chmod(0o600)


def _administrator(stage: Stage, password_hash: str) -> dict[str, str]:
    name, login, what = ADMINISTRATOR
    at = stage.on(1, 2, 8, 0)
    account = accounts.open_account(
        region_id=None, person_id=None, name=name, logins=(login,), by=OPERATOR, at=at
    )
    account.about = what
    accounts.grant(
        account, kind=GrantKind.ADMINISTRATOR, region_id=None, begins=at.date(), by=OPERATOR, at=at
    )
    _set_password(account, password_hash, stage)
    return dict(zip(KEYS, (name, login, PASSWORD, "admin", what, ""), strict=True))


def _office(
    stage: Stage, password_hash: str, kind: GrantKind, name: str, login: str, area: str, what: str
) -> dict[str, str]:
    at = stage.on(1, 2, 8, 0)
    account = accounts.open_account(
        region_id=stage.region_id, person_id=None, name=name, logins=(login,), by=OPERATOR, at=at
    )
    account.about = what
    accounts.grant(
        account,
        kind=kind,
        region_id=stage.region_id,
        letter="Surat Tugas 700/12/2026",
        begins=at.date(),
        by=OPERATOR,
        at=at,
    )
    _set_password(account, password_hash, stage)
    region = str(stage.place.about["name"])
    return dict(zip(KEYS, (name, login, PASSWORD, area, what, region), strict=True))


def _set_password(account: Account, password_hash: str, stage: Stage) -> None:
    # There is no session whose others could be ended, as a change of password would; it is the first one.
    account.password_hash = password_hash
    account.password_set = stage.on(1, 6, 8, 0)
    events.record("set_demo_password", account, by=OPERATOR, at=stage.on(1, 6, 8, 0))


def offered(folder: Path | None = None) -> list[dict[str, str]]:
    """The accounts that the data folder offers (the present app's by default); none where it has no list."""
    path = (folder or app().settings.folder) / FILE
    if not path.exists():
        return []
    rows: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return rows
