"""What the rows of a table of employees mean together and against what is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.kernel.refusal import N_
from portal.kernel.texts import fold
from portal.people.employment.rules import (
    EmploymentStatus,
    overlaps,
    rank_problem,
    staff_number_problem,
    staff_number_warning,
)
from portal.people.imports.claims import Bid, Free, Held, Key, Take, settle
from portal.people.imports.known import Known, KnownDelegation, KnownPerson, KnownTenure, Outcome
from portal.people.imports.rows import blame_unknown, differences, is_open, outcome_of, zero_hints
from portal.people.imports.rules import NOT_ASN, Problem, Reading, RowAction, clip, shown

DAY = timedelta(days=1)

_PERSON_COLUMNS = ("nama", "gelar_depan", "gelar_belakang", "status", "golongan")


@dataclass(slots=True)
class Seat:
    """What a row of the table of employees says about one person's tenure."""

    reading: Reading
    group: str
    person: KnownPerson | None = None
    code: str = ""
    acting: str = ""
    begins: date = date.min
    ends: date | None = None
    tenure: KnownTenure | None = None
    """The stored tenure that the row speaks of."""
    left: KnownTenure | None = None
    """The tenure that ends because this one begins."""
    delegation: KnownDelegation | None = None
    delegates: bool = False
    delegation_turn: date | None = None
    """The day from which a delegation begins or after which it ends."""
    left_delegation: KnownDelegation | None = None
    new_mail: bool = False


def check_employees(readings: list[Reading], known: Known, as_of: date) -> list[Outcome]:
    open_posts = {code for code, post in known.positions.items() if is_open(post.ends, as_of)}
    hints = zero_hints(open_posts)
    seats: list[Seat] = []
    groups: dict[str, list[Seat]] = defaultdict(list)
    mail_of: dict[str, str] = {}
    for reading in readings:
        _check_employee(reading, known, open_posts, hints)
        seat = Seat(reading, _group_of(reading))
        seats.append(seat)
        if reading.good:
            seat.person = _person_of(reading, known)
            _check_logins(seat, known, mail_of)
            _check_against_first(seat, groups[seat.group])
        if reading.good:
            _seat(seat, known, as_of)
        groups[seat.group].append(seat)
    bids = [_seat_bid(seat) for seat in seats]
    held = _held(known)
    bad = -1
    while bad != (bad := sum(not reading.good for reading in readings)):
        settle(bids, held)
        for group in groups.values():
            _refuse_group(group)
    return [_seat_outcome(seat, groups[seat.group][0] is seat, as_of) for seat in seats]


def _check_employee(
    reading: Reading, known: Known, open_posts: Collection[str], hints: Mapping[str, str]
) -> None:
    status, nip, rank = reading.text("status"), reading.text("nip"), reading.text("golongan")
    if status == NOT_ASN:
        if nip:
            reading.blame(
                "nip",
                "not_asn_number",
                N_("Status non_asn tidak mempunyai NIP. Kosongkan nip atau betulkan status."),
            )
        if rank:
            reading.blame("golongan", "not_asn_rank", N_("Status non_asn tidak mempunyai golongan."))
    elif status and "nip" in reading.values:
        _check_number(reading, nip, EmploymentStatus(status), known)
        problem = rank_problem(rank, EmploymentStatus(status)) if rank else None
        if problem is not None:
            reading.problems.append(Problem("golongan", problem))
    code = reading.text("kode_jabatan")
    if code and code not in open_posts:
        blame_unknown(reading, "kode_jabatan", code, hints)
    if reading.values.get("delegasi_menilai") and not reading.text("nomor_surat"):
        reading.blame("nomor_surat", "letter", N_("Delegasi menilai memerlukan nomor_surat."))
    begins, last = reading.day("tmt_jabatan"), reading.day("sampai")
    if begins is not None and last is not None and last < begins:
        reading.blame(
            "sampai",
            "upside_down",
            N_("sampai (%(last)s) lebih awal daripada tmt_jabatan (%(begins)s)."),
            last=shown(last),
            begins=shown(begins),
        )


def _check_number(reading: Reading, nip: str, status: EmploymentStatus, known: Known) -> None:
    if not nip:
        reading.blame("nip", "empty_cell", N_("%(column)s kosong."), column="nip")
        return
    problem = staff_number_problem(nip, status)
    if problem is not None:
        reading.problems.append(Problem("nip", problem))
        return
    doubt = staff_number_warning(nip)
    if doubt is not None:
        reading.warnings.append(Problem("nip", doubt))
    person = known.by_staff_number.get(nip)
    foreign = nip in known.logins and (person is None or known.logins[nip] != person.id)
    if (person is None and nip in known.elsewhere) or foreign:
        reading.blame(
            "nip",
            "elsewhere",
            N_(
                "NIP ini sudah terdaftar di daerah lain. Minta daerah itu menyelesaikan kepindahannya lebih dulu."
            ),
        )


def _group_of(reading: Reading) -> str:
    """Which rows speak of the same person."""
    if nip := reading.text("nip"):
        return f"nip:{nip}"
    if mail := reading.text("surel"):
        return f"surel:{mail}"
    if reading.text("nama"):
        return f"orang:{reading.text('kode_jabatan')}/{fold(reading.text('nama'))}"
    return f"baris:{reading.row.number}"


def _person_of(reading: Reading, known: Known) -> KnownPerson | None:
    nip = reading.text("nip")
    if nip:
        return known.by_staff_number.get(nip)
    owner = known.logins.get(reading.text("surel"))
    person = known.people.get(owner) if owner is not None else None
    if person is not None and not person.staff_number:
        return person
    return known.outsiders.get((reading.text("kode_jabatan"), fold(reading.text("nama"))))


def _check_logins(seat: Seat, known: Known, mail_of: dict[str, str]) -> None:
    mail = seat.reading.text("surel")
    if not mail:
        return
    stored = mail in known.logins and (seat.person is None or known.logins[mail] != seat.person.id)
    seat.new_mail = mail not in known.logins
    if stored or mail_of.setdefault(mail, seat.group) != seat.group:
        seat.reading.blame("surel", "mail_taken", N_("Surel ini sudah dipakai orang lain."))


def _check_against_first(seat: Seat, others: Sequence[Seat]) -> None:
    """One person's rows must agree on the person, and name one definitive post and each acting post once."""
    reading = seat.reading
    if not others:
        return
    first = others[0].reading
    for column in (*_PERSON_COLUMNS, "surel"):
        if (
            not first.good
            or column not in reading.values
            or (column == "surel" and not reading.values[column])
        ):
            continue
        if reading.values[column] != first.values.get(column):
            reading.blame(
                column,
                "other_person",
                N_("%(column)s berbeda dari baris %(row)s, padahal orangnya sama."),
                column=column,
                row=first.row.number,
            )
    place = _place(reading)
    for other in others:
        if _place(other.reading) == place:
            reading.blame(
                "kode_jabatan",
                "second_post",
                N_("Orang ini sudah ada di baris %(row)s. Satu orang memangku satu jabatan definitif."),
                row=other.reading.row.number,
            )
            return


def _place(reading: Reading) -> tuple[str, str]:
    acting = reading.text("plt_plh")
    return (acting, reading.text("kode_jabatan")) if acting else ("", "")


def _seat(seat: Seat, known: Known, as_of: date) -> None:
    """Find the tenure that the row speaks of and the one that it ends; blame overlaps."""
    reading = seat.reading
    seat.code, seat.acting = reading.text("kode_jabatan"), reading.text("plt_plh")
    begins, last = reading.day("tmt_jabatan"), reading.day("sampai")
    mine = known.tenures_of.get(seat.person.id, []) if seat.person is not None else []
    ends = last + DAY if last is not None else None
    here = [t for t in mine if t.position_code == seat.code and t.acting == seat.acting]
    seat.tenure = next((t for t in here if t.begins == begins), None)
    if seat.tenure is None:
        # A tenure that still lasts and whose days the row shares: its date is being corrected.
        lasting = [t for t in here if is_open(t.ends, as_of)]
        if begins is not None:
            lasting = [t for t in lasting if overlaps(t.begins, t.ends, begins, ends)]
        seat.tenure = max(lasting, key=lambda t: t.begins, default=None)
    if seat.tenure is not None:
        seat.begins = begins or seat.tenure.begins
        seat.ends = ends if "sampai" in reading.values else seat.tenure.ends
    else:
        seat.begins, seat.ends = begins or as_of, ends
    if seat.ends is not None and seat.ends <= seat.begins:
        reading.blame("sampai", "tenure_upside_down", N_("Hari terakhir lebih awal daripada tmt_jabatan."))
        return
    _leave(seat, mine, as_of)
    _delegate(seat, known, as_of)


def _leave(seat: Seat, mine: Sequence[KnownTenure], as_of: date) -> None:
    """The tenure that this one ends: the former definitive post, or the other way of acting in this one."""
    others = [
        t
        for t in mine
        if t is not seat.tenure
        and (not t.acting if not seat.acting else bool(t.acting) and t.position_code == seat.code)
        and overlaps(t.begins, t.ends, seat.begins, seat.ends)
    ]
    past = seat.ends is not None and seat.ends <= as_of
    for other in others:
        if seat.tenure is None and other.begins < seat.begins and not past and seat.left is None:
            seat.left = other
        else:
            seat.reading.blame(
                "tmt_jabatan",
                "overlap",
                N_(
                    "Orang ini memangku jabatan %(code)s sejak %(begins)s. Isi tmt_jabatan sesudah tanggal itu."
                ),
                code=clip(other.position_code),
                begins=shown(other.begins),
            )
            return


def _delegate(seat: Seat, known: Known, as_of: date) -> None:
    person = seat.person.id if seat.person is not None else 0
    current = [d for d in known.delegations_to.get((person, seat.code), []) if is_open(d.ends, as_of)]
    seat.delegation = max(current, key=lambda d: d.begins, default=None)
    seat.delegates = bool(seat.reading.values.get("delegasi_menilai", seat.delegation is not None))
    if seat.delegates and seat.delegation is None:
        seat.delegation_turn = seat.begins if seat.tenure is None else max(as_of, seat.begins)
        if seat.ends is not None and seat.ends <= seat.delegation_turn:
            seat.delegates = False
    elif seat.delegation is not None and not seat.delegates:
        seat.delegation_turn = max(as_of, seat.delegation.begins + DAY)
    elif seat.delegation is not None and seat.ends is not None and is_open(seat.delegation.ends, seat.ends):
        # It goes with the tenure, where the row ends that.
        if seat.tenure is None or seat.ends != seat.tenure.ends:
            seat.delegation_turn = max(seat.ends, seat.delegation.begins + DAY)
    if seat.left is not None and seat.left.position_code != seat.code:
        old = [
            d
            for d in known.delegations_to.get((person, seat.left.position_code), [])
            if is_open(d.ends, seat.begins)
        ]
        seat.left_delegation = max(old, key=lambda d: d.begins, default=None)


def _held(known: Known) -> dict[Key, list[Held]]:
    held: dict[Key, list[Held]] = defaultdict(list)
    for tenure in known.tenures:
        if not tenure.acting:
            who = known.people[tenure.person_id].name
            held["jabatan", tenure.position_code].append(Held(tenure.id, tenure.begins, tenure.ends, who))
    for delegation in known.delegations:
        who = known.people[delegation.person_id].name
        held["delegasi", delegation.position_code].append(
            Held(delegation.id, delegation.begins, delegation.ends, who)
        )
    return held


def _seat_bid(seat: Seat) -> Bid:
    bid = Bid(seat.reading, seat.reading.text("nama"))
    if not seat.reading.good:
        return bid
    if not seat.acting:
        if seat.tenure is not None:
            bid.frees.append(Free(("jabatan", seat.code), seat.tenure.id, None))
        if seat.left is not None:
            bid.frees.append(Free(("jabatan", seat.left.position_code), seat.left.id, seat.begins))
        bid.takes.append(
            Take(
                ("jabatan", seat.code),
                seat.begins,
                seat.ends,
                "kode_jabatan",
                "second_holder",
                N_("Jabatan ini sudah dipangku %(who)s. Satu kode jabatan untuk satu pejabat definitif."),
            )
        )
    if seat.delegation is not None and seat.delegation_turn is not None:
        bid.frees.append(Free(("delegasi", seat.code), seat.delegation.id, seat.delegation_turn))
    if seat.left_delegation is not None:
        bid.frees.append(
            Free(("delegasi", seat.left_delegation.position_code), seat.left_delegation.id, seat.begins)
        )
    if seat.delegates and seat.delegation is None and seat.delegation_turn is not None:
        bid.takes.append(
            Take(
                ("delegasi", seat.code),
                seat.delegation_turn,
                seat.ends,
                "delegasi_menilai",
                "second_delegate",
                N_("Kewenangan menilai jabatan ini sudah didelegasikan kepada %(who)s."),
            )
        )
    return bid


def _refuse_group(group: Sequence[Seat]) -> None:
    """Where one row about a person is bad, none is applied: half a person helps nobody."""
    bad = next((seat for seat in group if not seat.reading.good), None)
    if bad is None:
        return
    for seat in group:
        if seat.reading.good:
            seat.reading.blame(
                "",
                "with_bad_row",
                N_("Orang ini disebut juga di baris %(row)s, dan baris itu salah."),
                row=bad.reading.row.number,
            )


def _seat_outcome(seat: Seat, is_first: bool, as_of: date) -> Outcome:
    reading, person = seat.reading, seat.person
    outcome = outcome_of(reading, f"{seat.group}|{reading.text('kode_jabatan')}|{reading.text('plt_plh')}")
    if not reading.good:
        return outcome
    plan: dict[str, object] = {}
    before: dict[str, str] = {}
    if is_first:
        _plan_person(seat, plan, before)
    _plan_tenure(seat, plan, before)
    _plan_delegation(seat, plan, before, as_of)
    if not plan:
        return outcome
    plan["person_ref" if person is not None else "person_group"] = (
        person.ref if person is not None else seat.group
    )
    outcome.plan, outcome.before = plan, before
    leaves = seat.tenure is not None and seat.tenure.ends is None and seat.ends is not None
    outcome.action = RowAction.JOIN if person is None else RowAction.LEAVE if leaves else RowAction.CHANGE
    return outcome


def _plan_person(seat: Seat, plan: dict[str, object], before: dict[str, str]) -> None:
    values, person = seat.reading.values, seat.person
    mail = seat.reading.text("surel")
    cells = {column: shown(values[column]) for column in _PERSON_COLUMNS if column in values}
    fields: dict[str, object] = {
        "name": cells["nama"],
        "titles_before": cells.get("gelar_depan", ""),
        "titles_after": cells.get("gelar_belakang", ""),
        "search_name": fold(cells["nama"])[:200],
    }
    if person is None:
        plan |= {"person": "new", "account": "new", **fields}
        if nip := seat.reading.text("nip"):
            plan |= {
                "employee": "new",
                "staff_number": nip,
                "status": cells["status"],
                "rank": cells.get("golongan", ""),
                "employee_begins": shown(seat.begins),
                "login_number": nip,
            }
        if mail:
            plan["login_mail"] = mail
        return
    changed = differences({column: values[column] for column in cells}, person.cells)
    before |= changed
    if set(changed) & {"nama", "gelar_depan", "gelar_belakang"}:
        plan |= {"person": "change", "person_id": person.id, **fields}
        plan["titles_before"] = cells.get("gelar_depan", person.cells["gelar_depan"])
        plan["titles_after"] = cells.get("gelar_belakang", person.cells["gelar_belakang"])
        plan |= {"was_name": person.name, "was_search_name": fold(person.name)[:200]}
        plan |= {"was_titles_before": person.cells["gelar_depan"]}
        plan |= {"was_titles_after": person.cells["gelar_belakang"]}
    if set(changed) & {"status", "golongan"} and person.employee_id is not None:
        plan |= {"employee": "change", "employee_id": person.employee_id, "status": cells["status"]}
        plan["rank"] = cells.get("golongan", person.cells["golongan"])
        plan |= {"was_status": person.cells["status"], "was_rank": person.cells["golongan"]}
    if mail and seat.new_mail:
        plan["login_mail"] = mail
        before["surel"] = ""
        if person.account_id is None:
            plan |= {"account": "new", **fields}
            if person.staff_number:
                plan["login_number"] = person.staff_number
        else:
            plan["old_mails_of"] = person.account_id


def _plan_tenure(seat: Seat, plan: dict[str, object], before: dict[str, str]) -> None:
    reading, stored = seat.reading, seat.tenure
    letter = reading.text("nomor_surat")
    if stored is None:
        plan |= {
            "tenure": "new",
            "acting": seat.acting or None,
            "letter": letter,
            "begins": shown(seat.begins),
        }
        plan |= {"ends": shown(seat.ends) or None, "position_code": seat.code}
        if seat.left is not None:
            plan |= {"left_tenure": seat.left.id, "left_on": shown(seat.begins)}
            plan["was_left_on"] = shown(seat.left.ends) or None
            before |= {"kode_jabatan": seat.left.position_code, "tmt_jabatan": shown(seat.left.begins)}
        return
    kept = stored.letter or (seat.delegation.letter if seat.delegation is not None else "")
    if "nomor_surat" not in reading.values:
        letter = kept
    changed: dict[str, str] = {}
    if letter != kept:
        changed["nomor_surat"] = kept
    if seat.begins != stored.begins:
        changed["tmt_jabatan"] = shown(stored.begins)
    if seat.ends != stored.ends:
        changed["sampai"] = shown(stored.ends - DAY if stored.ends is not None else None)
    if changed:
        before |= changed
        plan |= {"tenure": "change", "tenure_id": stored.id, "begins": shown(seat.begins)}
        plan |= {"letter": letter if letter != kept else stored.letter, "ends": shown(seat.ends) or None}
        plan |= {"was_letter": stored.letter, "was_begins": shown(stored.begins)}
        plan["was_ends"] = shown(stored.ends) or None


def _plan_delegation(seat: Seat, plan: dict[str, object], before: dict[str, str], as_of: date) -> None:
    stored, turn = seat.delegation, seat.delegation_turn
    letter = seat.reading.text("nomor_surat")
    if seat.left_delegation is not None:
        left_on = max(seat.begins, seat.left_delegation.begins + DAY)
        plan |= {"left_delegation": seat.left_delegation.id, "left_delegation_on": shown(left_on)}
        plan["was_left_delegation_on"] = shown(seat.left_delegation.ends) or None
    if seat.delegates and stored is None:
        if seat.tenure is not None:
            before["delegasi_menilai"] = "tidak"
        plan |= {"delegation": "new", "delegation_letter": letter, "delegation_begins": shown(turn)}
        plan |= {"delegation_ends": shown(seat.ends) or None, "position_code": seat.code}
    elif stored is not None:
        ends = turn if turn is not None else stored.ends
        if not letter or "nomor_surat" not in before:
            letter = stored.letter
        if not seat.delegates:
            before["delegasi_menilai"] = "ya"
        if ends != stored.ends or letter != stored.letter:
            plan |= {"delegation": "change", "delegation_id": stored.id, "delegation_letter": letter}
            plan["delegation_ends"] = shown(ends) or None
            plan["was_delegation_letter"] = stored.letter
            plan["was_delegation_ends"] = shown(stored.ends) or None
