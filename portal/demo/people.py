"""The people: who sits in which seat, with titles, rank, status and a staff number that is nobody's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from portal.demo.names import FEMALE, MALE, Names
from portal.demo.structure import REGION_HEAD, Place, Seat
from portal.people.employment.rules import EmploymentStatus
from portal.people.imports.rules import NOT_ASN

MAIL = "demo.kinerja.id"
"""Host of the addresses by which offered accounts sign in; nothing is sent there."""
JOINED = (date(2026, 7, 1), date(2026, 8, 3), date(2026, 9, 1))
"""Days on which newcomers begin."""


@dataclass(frozen=True)
class Trade:
    """What people of a kind of work are called: ``(title before, titles after)``, and who they mostly are."""

    titles: tuple[tuple[str, str], ...] = (("", ""),)
    women: float = 0.5


TRADES: Mapping[str, Trade] = {
    "pimpinan": Trade((("Dr.", "M.Si."), ("Drs.", "M.M."), ("", "S.Sos., M.A.P."), ("Ir.", "M.T."))),
    "pejabat": Trade((("", "S.Sos."), ("", "S.E., M.M."), ("", "S.IP., M.Si."), ("Drs.", ""), ("", "S.H."))),
    "pejabat_kesehatan": Trade((("", "S.K.M., M.Kes."), ("", "S.Kep., Ns., M.Kes."), ("drg.", "M.K.M."))),
    "camat": Trade((("", "S.STP., M.Si."), ("", "S.IP."), ("Drs.", ""), ("", "S.Sos., M.A.P."))),
    "dokter_pimpinan": Trade((("dr.", "M.K.M."), ("drg.", "M.Kes."), ("dr. Hj.", "M.M.Kes."), ("dr.", ""))),
    "dokter": Trade((("dr.", ""), ("dr.", "M.K.M.")), 0.6),
    "dokter_gigi": Trade((("drg.", ""),), 0.7),
    "ners": Trade((("", "S.Kep., Ns."), ("Ns.", "S.Kep., M.Kep.")), 0.7),
    "perawat": Trade((("", "A.Md.Kep."), ("", "S.Kep.")), 0.7),
    "bidan": Trade((("", "A.Md.Keb."), ("", "S.Tr.Keb.")), 1.0),
    "bidan_ahli": Trade((("", "S.Tr.Keb., Bdn."), ("", "S.Keb., Bd.")), 1.0),
    "apoteker": Trade((("apt.", "S.Farm."),), 0.7),
    "farmasi": Trade((("", "A.Md.Farm."),), 0.7),
    "gizi": Trade((("", "S.Gz."), ("", "S.Tr.Gz.")), 0.8),
    "kesmas": Trade((("", "S.K.M."), ("", "S.K.M., M.Epid.")), 0.6),
    "lab": Trade((("", "A.Md.A.K."), ("", "S.Tr.Kes."))),
    "rekam_medis": Trade((("", "A.Md.RMIK"),)),
    "terapis_gigi": Trade((("", "A.Md.Kes."),), 0.8),
    "pendidik": Trade((("", "S.Pd., M.Pd."), ("Dra.", "M.Pd."), ("", "S.Pd.")), 0.5),
    "teknik": Trade((("", "S.T."), ("", "S.T., M.T.")), 0.3),
    "teknik_pimpinan": Trade((("Ir.", "M.T."), ("", "S.T., M.M.")), 0.3),
    "komputer": Trade((("", "S.Kom."), ("", "S.T.")), 0.4),
    "keuangan": Trade((("", "S.E."), ("", "S.Ak.")), 0.6),
    "ahli": Trade((("", "S.Psi., M.M."), ("", "S.Si."), ("", "S.Sos., M.Si."))),
    "data": Trade((("", "A.Md."), ("", "S.Kom."), ("", ""))),
    "umum": Trade((("", ""), ("", ""), ("", "A.Md."), ("", "S.E."), ("", "S.A.P."))),
}

NAMED: Mapping[str, tuple[str, str, str, str]] = {
    "rina": ("Rina Wulandari", FEMALE, "", "A.Md."),
    "sari": ("Sari Kusmawati", FEMALE, "dr.", "M.K.M."),
    "anton": ("Anton Wibisono", MALE, "dr.", "M.Kes."),
    "dewi": ("Dewi Puspasari", FEMALE, "", "S.Sos."),
    "bayu": ("Bayu Prakasa", MALE, "", "S.Psi., M.M."),
    "yosef": ("Yosef Sihotang", MALE, "", "A.Md.Kep."),
    "wali_data": ("Lintang Hastuti", FEMALE, "", "S.Si., M.Stat."),
    "sendiri": ("Teguh Waskita", MALE, "", ""),
    "lurah_padangsari": ("Endah Laksmiwati", FEMALE, "", "S.IP., M.Si."),
    "loket_banyumanik": ("Galih Prasetyo", MALE, "", "A.Md."),
    "kasubbag_banyumanik": ("Ratna Suryaningsih", FEMALE, "", "S.E., M.M."),
    "perawat_talawi": ("Fitri Handayani", FEMALE, "", "A.Md.Kep."),
    "kepala_wanggar": ("Simon Utama", MALE, "", "S.STP., M.Si."),
    "layanan_walesi": ("Yuliana Tamba", FEMALE, "", ""),
}
"""People of the story whose accounts are offered, or who stand beside them."""
OFFERED_MAIL = frozenset(NAMED) - {"yosef"}


@dataclass(frozen=True)
class Someone:
    """An invented person in a seat."""

    seat: Seat
    name: str
    sex: str
    titles_before: str
    titles_after: str
    status: str
    rank: str
    number: str
    begins: date
    mail: str

    @property
    def is_newcomer(self) -> bool:
        """Whether the person began during the year."""
        return self.begins >= JOINED[0]

    def row(self, **more: object) -> dict[str, object]:
        """The person's row in the importer's format; ``more`` replaces cells."""
        return {
            "nip": self.number,
            "nama": self.name,
            "gelar_depan": self.titles_before,
            "gelar_belakang": self.titles_after,
            "status": self.status,
            "golongan": self.rank,
            "kode_jabatan": self.seat.code,
            "tmt_jabatan": self.begins,
            "surel": self.mail,
            **more,
        }


def populate(
    places: Iterable[Place], newcomers: Iterable[str], seed: int = 2026
) -> dict[str, dict[str, Someone]]:
    """Somebody for each seat that isn't vacant, by region and code of the position.

    ``newcomers`` are seats (``region/code``) whose people begin in the second half of the year.
    """
    names = Names()
    for name, *_ in NAMED.values():
        names.take(name)
    late = list(newcomers)
    found: dict[str, dict[str, Someone]] = {}
    for place in places:
        found[place.key] = {
            seat.code: _someone(place.key, seat, names, late, seed) for seat in place.seats if not seat.vacant
        }
    return found


def _someone(region: str, seat: Seat, names: Names, late: list[str], seed: int) -> Someone:
    # Each seat has a die of its own, so that more people elsewhere change nobody here.
    random = Random(f"{seed}:{region}:{seat.code}")
    key = f"{region}/{seat.code}"
    trade = TRADES.get(seat.prof, TRADES["pimpinan"])
    if seat.who in NAMED:
        name, sex, before, after = NAMED[seat.who]
    else:
        sex = FEMALE if random.random() < trade.women else MALE
        name = names.name(random, sex)
        before, after = random.choice(trade.titles)
        if sex == MALE:
            before = before.replace("Hj.", "H.").replace("Dra.", "Drs.")
        elif before == "Drs.":
            before = "Dra."
        if seat.kind == "jpt_pratama" and random.random() < 0.3:
            after = f"{after}, CGCAE, QRMP" if after else "M.M."
    begins = date(random.randint(2018, 2025), random.randint(1, 12), 1)
    if begins < date(2025, 1, 1):
        begins = date(2025, 1, 2)  # positions of the demo exist since 2025
    if key in late:
        begins = JOINED[late.index(key) % len(JOINED)]
    if seat.kind == REGION_HEAD:
        return Someone(seat, name, sex, before, after, NOT_ASN, "", "", date(2025, 1, 2), "")
    status = _status(seat, key in late, random)
    return Someone(
        seat,
        name,
        sex,
        before,
        after,
        status.value,
        _rank(seat, status, random),
        names.staff_number(random, status, sex),
        begins,
        f"{name.split()[0].casefold()}@{MAIL}" if seat.who in OFFERED_MAIL else "",
    )


def _status(seat: Seat, newcomer: bool, random: Random) -> EmploymentStatus:
    if seat.head or (seat.kind != "pelaksana" and seat.level in ("ahli muda", "ahli madya", "")):
        return EmploymentStatus.PNS
    if newcomer:
        return random.choice((EmploymentStatus.CPNS, EmploymentStatus.PPPK))
    if random.random() < 0.85:
        part_time = seat.kind == "pelaksana" and random.random() < 0.12
        return EmploymentStatus.PPPK_PART_TIME if part_time else EmploymentStatus.PPPK
    return EmploymentStatus.PNS


_RANKS: Mapping[str, tuple[str, ...]] = {
    "jpt_pratama": ("IV/b", "IV/c", "IV/c", "IV/d"),
    "administrator": ("III/d", "IV/a", "IV/b"),
    "pengawas": ("III/c", "III/d", "IV/a"),
    "ahli madya": ("IV/a", "IV/b"),
    "ahli muda": ("III/c", "III/d"),
    "ahli pertama": ("III/a", "III/b"),
    "terampil": ("II/c", "II/d", "III/a"),
    "pelaksana": ("II/a", "II/c", "III/a"),
}


def _rank(seat: Seat, status: EmploymentStatus, random: Random) -> str:
    if status in (EmploymentStatus.PPPK, EmploymentStatus.PPPK_PART_TIME):
        return {"ahli pertama": "IX", "terampil": "VII"}.get(seat.level, random.choice(("V", "V", "VII")))
    return random.choice(_RANKS.get(seat.level) or _RANKS[seat.kind])
