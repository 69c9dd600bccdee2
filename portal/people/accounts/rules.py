"""Passwords, guesses and sessions, and who may give whom which grant."""

from __future__ import annotations

import re
import string
from datetime import date, datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

from portal.kernel.refusal import N_, Refusal


class GrantKind(StrEnum):
    """Dated rights that no fact implies (glossary: hak akses)."""

    AGENCY_HR = "pengelola_perangkat_daerah"
    REGION_HR = "pengelola_daerah"
    PUBLISHER = "wali_data"
    LEADER = "pimpinan_perangkat_daerah"
    BOARD = "tim_penilai_kinerja"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


LABELS: dict[StrEnum, str] = {
    GrantKind.AGENCY_HR: N_("Pengelola kinerja perangkat daerah"),
    GrantKind.REGION_HR: N_("Pengelola kinerja daerah"),
    GrantKind.PUBLISHER: N_("Wali data"),
    GrantKind.LEADER: N_("Pimpinan perangkat daerah"),
    GrantKind.BOARD: N_("Tim penilai kinerja"),
    GrantKind.AUDITOR: N_("Auditor"),
    GrantKind.ADMINISTRATOR: N_("Administrator"),
}

MEANS: dict[GrantKind, str] = {
    GrantKind.AGENCY_HR: N_("Mengelola siklus dan mereviu SKP satu perangkat daerah."),
    GrantKind.REGION_HR: N_("Mengelola siklus seluruh daerah dan menyiapkan publikasi."),
    GrantKind.PUBLISHER: N_("Menerbitkan angka yang disiapkan orang lain."),
    GrantKind.LEADER: N_("Membaca keadaan tahun kinerja satu perangkat daerah."),
    GrantKind.BOARD: N_("Membaca hasil evaluasi seluruh daerah sebagai bahan pertimbangan."),
    GrantKind.AUDITOR: N_("Membaca semuanya dalam lingkupnya, tidak menulis apa pun."),
    GrantKind.ADMINISTRATOR: N_("Menjalankan pemasangan; tidak membaca SKP atau evaluasi."),
}
"""What a grant lets its holder do, in a sentence."""

OF_AGENCY = frozenset({GrantKind.AGENCY_HR, GrantKind.LEADER})
"""Grants for one agency."""
OF_INSTALLATION = frozenset({GrantKind.AUDITOR, GrantKind.ADMINISTRATOR})
"""Grants that may hold for the whole installation; an administrator's always does."""
BY_ADMINISTRATOR = OF_INSTALLATION
"""Grants that HR doesn't give: who is audited doesn't choose the auditor."""

TRIES = 5
ADDRESS_TRIES = 60
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGET_GUESSES = timedelta(hours=24)
FORGET_ADDRESS = timedelta(hours=1)
SHORTEST, LONGEST = 10, 200
COMMON = frozenset(
    """password passwort passwd kata sandi katasandi sandi sandiku rahasia rahasiaku sayang sayangku sayangkamu
    cinta cintaku akucintakamu iloveyou loveyou bismillah alhamdulillah assalamualaikum allahuakbar insyaallah
    indonesia indonesiaraya merdeka garuda pancasila bhinneka pemerintah pemda pemkab pemkot pemprov dinas kota
    kabupaten provinsi kecamatan kelurahan bandung semarang jakarta surabaya papua jayawijaya wamena jawabarat
    jawatengah kinerja kinerjaku kinerjaterbuka ekinerja pegawai pegawainegeri asn pns pppk simpeg admin
    administrator user username root guest test testing coba cobacoba default welcome selamat selamatdatang
    selamatpagi halo hallo hello qwerty qwertyuiop asdfghjkl zxcvbnm qazwsx qwertz abcdef monkey dragon sunshine
    princess football baseball superman letmein master login masuk bukapintu changeme gantisaya komputer laptop
    internet doraemon naruto ganteng cantik keluarga keluargaku anakku istriku suamiku mama papa bunda ayah ibu
    bapak januari februari maret april juni juli agustus september oktober november desember senin selasa rabu
    kamis jumat sabtu minggu""".split()
)
"""Words that are guessed first, alone or with figures around them."""
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn",
    "1q2w3e4r5t6y7u8i9o0p",
)
"""What lies side by side on keyboards and in the alphabet."""
STANDS_FOR = str.maketrans("013457@$!", "oieastasi")
"""Figures and signs by which letters are written."""
RUN = 4


def wait_after(failures: int, tries: int = TRIES) -> timedelta:
    """How long the next try must wait after so many failures: nothing for ``tries``, then doubling to 15 minutes."""
    if failures < tries:
        return timedelta()
    doublings: int = 2 ** min(failures - tries, 10)
    return min(FIRST_WAIT * doublings, LONGEST_WAIT)


def address_subject(address: str) -> str:
    """What tries from a network address are counted under; an IPv6 network counts as one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return f"ip:{address[:45]}"
    if isinstance(parsed, IPv6Address):
        return f"ip:{ip_network((parsed, 64), strict=False)}"
    return f"ip:{parsed}"


def tries_of(subject: str) -> int:
    """Failures before a wait: few for a name, many for an address behind which a whole office sits."""
    return ADDRESS_TRIES if subject.startswith("ip:") else TRIES


def forgotten_after(subject: str) -> timedelta:
    """How long without a try until failures are forgotten."""
    return FORGET_ADDRESS if subject.startswith("ip:") else FORGET_GUESSES


def why_not_try(wait_until: datetime | None, now: datetime) -> Refusal | None:
    """A try is refused, never locked for good, while the wait lasts."""
    if wait_until is None or now >= wait_until:
        return None
    minutes = -(-int((wait_until - now).total_seconds()) // 60)
    return Refusal(
        "sign_in.wait",
        N_("Terlalu banyak percobaan. Tunggu %(minutes)s menit, lalu coba lagi. Tulisan Anda tidak hilang."),
        {"minutes": minutes},
    )


def mismatch(failures: int) -> Refusal:
    """The one answer to a wrong name or password; the wait is announced before it comes."""
    left = TRIES - failures
    if left > 0:
        return Refusal(
            "sign_in.mismatch",
            N_("Nomor atau kata sandi tidak cocok. Setelah %(n)s kali lagi, Anda perlu menunggu."),
            {"n": left},
        )
    return Refusal(
        "sign_in.mismatch",
        N_("Nomor atau kata sandi tidak cocok. Percobaan berikutnya menunggu %(seconds)s detik."),
        {"seconds": int(wait_after(failures).total_seconds())},
    )


def is_guessed_first(password: str) -> bool:
    """Whether a folded password is of the kind that guessing begins with.

    Figures alone (dates, staff numbers), few signs again and again, what lies side by side on a keyboard, a
    word of ``COMMON``, or two, with figures and signs before and behind; also with figures for letters.
    """
    core = _plain(password)
    if core.isdigit() or len(set(core)) < RUN or re.fullmatch(r"(.{1,6}?)\1+", core) or _in_runs(core):
        return True
    edges = string.digits + string.punctuation + " "
    bare = (password, password.rstrip(edges), password.strip(edges))
    return any(_is_common(_plain(text)) for word in bare for text in (word, word.translate(STANDS_FOR)))


def _plain(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _is_common(word: str) -> bool:
    return word in COMMON or any(
        word[:cut] in COMMON and (word[cut:] in COMMON or word[cut:].isdigit()) for cut in range(3, len(word))
    )


def _in_runs(text: str) -> bool:
    """Whether all of ``text`` is made of runs of four and more signs that lie side by side, figures aside."""
    rows = (*ROWS, *(row[::-1] for row in ROWS))
    rest = text
    while len(rest) >= RUN:
        run = next((n for n in range(len(rest), RUN - 1, -1) if any(rest[:n] in row for row in rows)), 0)
        if not run:
            return False
        rest = rest[run:]
    return not rest or rest.isdigit()


def password_problem(password: str, names: tuple[str, ...] = ()) -> Refusal | None:
    """Why a new password isn't good enough (ASVS 6.2): length, common ones, one's own name or number."""
    if len(password) < SHORTEST:
        return Refusal(
            "password.short",
            N_("Kata sandi paling sedikit %(n)s huruf. Kalimat pendek yang mudah Anda ingat lebih baik."),
            {"n": SHORTEST},
        )
    if len(password) > LONGEST:
        return Refusal("password.long", N_("Kata sandi paling panjang %(n)s huruf."), {"n": LONGEST})
    plain = password.casefold()
    if is_guessed_first(plain):
        return Refusal(
            "password.common", N_("Kata sandi ini termasuk yang pertama ditebak orang. Pilih yang lain.")
        )
    if any(len(part) > 3 and part in plain for name in names for part in name.casefold().split()):
        return Refusal("password.name", N_("Kata sandi memuat nama Anda. Pilih yang lain."))
    return None


def is_live(
    *,
    ended: datetime | None,
    ends: datetime,
    seen: datetime,
    disabled: datetime | None,
    now: datetime,
    idle: timedelta,
) -> bool:
    """Whether a session still counts: not ended, not past its end, not idle too long, account enabled."""
    return ended is None and disabled is None and now < ends and now - seen < idle


def device_hint(user_agent: str) -> str:
    """A browser and system that a person recognises, without keeping the whole header."""
    agents = (
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in agents if mark in user_agent), "")
    system = next((name for mark, name in systems if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)


def mask(login: str) -> str:
    """A login name that can be shown: ``1985••••••••••••01``, ``ra•••@bandung.go.id``."""
    if "@" in login:
        name, _, host = login.partition("@")
        return f"{name[:2]}•••@{host}"
    return f"{login[:4]}{'•' * 12}{login[-2:]}" if len(login) >= 8 else "•" * len(login)


def why_not_give(
    kind: GrantKind,
    *,
    by_administrator: bool,
    to_oneself: bool,
    has_region: bool,
    has_agency: bool,
    begins: date,
    ends: date | None,
    today: date,
    held_already: bool = False,
) -> Refusal | None:
    """Why somebody can't give this grant. ``ends`` is the first day on which it no longer holds."""
    if to_oneself:
        return Refusal(
            "grant.oneself",
            N_("Tidak seorang pun memberi hak akses kepada dirinya sendiri. Minta rekan Anda."),
        )
    if kind in BY_ADMINISTRATOR and not by_administrator:
        return Refusal(
            "grant.administrator",
            N_("Auditor dan administrator ditunjuk oleh administrator, bukan oleh pengelola kinerja."),
        )
    if kind in OF_AGENCY and not has_agency:
        return Refusal(
            "grant.agency", N_("Hak ini berlaku untuk satu perangkat daerah. Pilih perangkat daerahnya.")
        )
    if kind not in OF_AGENCY and has_agency:
        return Refusal("grant.whole", N_("Hak ini tidak dapat dibatasi pada satu perangkat daerah."))
    if kind is GrantKind.ADMINISTRATOR and has_region:
        return Refusal("grant.installation", N_("Administrator berlaku untuk seluruh pemasangan."))
    if kind not in OF_INSTALLATION and not has_region:
        return Refusal("grant.region", N_("Hak ini berlaku untuk satu daerah. Pilih daerahnya."))
    if begins < today:
        return Refusal("grant.past", N_("Hak akses tidak berlaku surut. Pilih hari ini atau sesudahnya."))
    if ends is not None and ends <= begins:
        return Refusal("grant.span", N_("Hari terakhirnya lebih awal daripada hari pertamanya."))
    if held_already:
        return Refusal("grant.held", N_("Orang ini sudah memegang hak yang sama pada masa itu."))
    return None


def why_not_end_grant(
    kind: GrantKind,
    *,
    by_administrator: bool,
    over: bool,
    last_administrator: bool,
    last_day: date | None,
    begins: date,
    today: date,
) -> Refusal | None:
    """Why a grant can't be ended; ``last_day`` none means at once."""
    if over:
        return Refusal("grant.over", N_("Hak akses ini sudah berakhir."))
    if kind in BY_ADMINISTRATOR and not by_administrator:
        return Refusal("grant.administrator_ends", N_("Hak ini hanya diakhiri oleh administrator."))
    if last_administrator:
        return Refusal("grant.last", N_("Ini administrator terakhir. Tunjuk penggantinya dahulu."))
    if last_day is not None and last_day < today:
        return Refusal(
            "grant.ended_past", N_("Hari terakhirnya sudah lewat. Kosongkan untuk mengakhiri sekarang juga.")
        )
    if last_day is not None and last_day < begins:
        return Refusal("grant.span", N_("Hari terakhirnya lebih awal daripada hari pertamanya."))
    return None
