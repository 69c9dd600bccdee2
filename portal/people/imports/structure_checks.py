"""What the rows of a table of units or positions mean together and against what is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from portal.kernel.refusal import N_
from portal.kernel.texts import slug
from portal.people.chain.rules import Override, Post, Snapshot, loops, post_loops
from portal.people.imports.claims import Bid, Free, Held, Take, settle
from portal.people.imports.known import Known, Outcome
from portal.people.imports.rows import (
    blame_unknown,
    chain_words,
    differences,
    is_open,
    outcome_of,
    refuse_doubles,
    refuse_orphans,
    zero_hints,
)
from portal.people.imports.rules import Reading, RowAction, clip, shown

DAY = timedelta(days=1)
SLUG_LIMIT = 100
RESERVED_SLUGS = frozenset({"data", "publikasi", "urut"})
"""Words that follow a region's name in the addresses of its own pages; no unit may take them."""


def check_units(readings: list[Reading], known: Known, as_of: date) -> list[Outcome]:
    first = refuse_doubles(readings, "kode_unit")
    open_units = {code for code, unit in known.units.items() if is_open(unit.ends, as_of)}
    hints = zero_hints([*open_units, *first])
    for reading in readings:
        if reading.good:
            _check_unit(reading, first, known, open_units, hints, as_of)
    refuse_orphans(readings, "kode_unit", "kode_induk", open_units)
    while _refuse_unit_loops(readings, known):
        refuse_orphans(readings, "kode_unit", "kode_induk", open_units)
    parents = _final_parents(readings, known)
    agencies = _final_agencies(readings, known)
    slugs = {unit.slug for unit in known.units.values()} | RESERVED_SLUGS
    outcomes = []
    for reading in readings:
        if reading.good and not _has_agency(reading.text("kode_unit"), parents, agencies):
            reading.doubt(
                "perangkat_daerah",
                "no_agency",
                N_("Unit ini bukan perangkat daerah dan tidak berada di bawah satu pun perangkat daerah."),
            )
        outcomes.append(_unit_outcome(reading, known, slugs, as_of))
    return outcomes


def _check_unit(
    reading: Reading,
    first: Mapping[str, Reading],
    known: Known,
    open_units: Collection[str],
    hints: Mapping[str, str],
    as_of: date,
) -> None:
    code, parent = reading.text("kode_unit"), reading.text("kode_induk")
    stored = known.units.get(code)
    if stored is not None and code not in open_units:
        reading.blame(
            "kode_unit",
            "ended",
            N_("kode_unit %(code)s milik unit yang sudah berakhir pada %(ends)s. Pakai kode baru."),
            code=clip(code),
            ends=shown(stored.ends),
        )
        return
    if parent == code:
        reading.blame(
            "kode_induk",
            "own_parent",
            N_("kode_induk sama dengan kode_unit: unit ini induk dirinya sendiri."),
        )
    elif parent and parent not in first and parent not in open_units:
        blame_unknown(reading, "kode_induk", parent, hints)
    if stored is None or stored.parent_begins is None:
        return
    begins = reading.day("mulai")
    if "kode_induk" in reading.values and parent != stored.parent_code:
        if (begins or as_of) <= stored.parent_begins:
            reading.blame(
                "mulai",
                "parent_moved",
                N_("Induk berubah: isi mulai dengan tanggal pindahnya, sesudah %(begins)s."),
                begins=shown(stored.parent_begins),
            )
    elif begins is not None and stored.previous_begins is not None and begins <= stored.previous_begins:
        reading.blame(
            "mulai",
            "before_previous",
            N_("mulai harus sesudah %(begins)s, saat unit ini masih di bawah induknya yang dulu."),
            begins=shown(stored.previous_begins),
        )


def _final_parents(readings: Iterable[Reading], known: Known) -> dict[str, str]:
    parents = {code: unit.parent_code for code, unit in known.units.items()}
    for reading in readings:
        if reading.good and "kode_induk" in reading.values:
            parents[reading.text("kode_unit")] = reading.text("kode_induk")
    return parents


def _final_agencies(readings: Iterable[Reading], known: Known) -> set[str]:
    agencies = {code for code, unit in known.units.items() if unit.is_agency}
    for reading in readings:
        if reading.good and "perangkat_daerah" in reading.values:
            code = reading.text("kode_unit")
            agencies.discard(code)
            if reading.values["perangkat_daerah"]:
                agencies.add(code)
    return agencies


def _refuse_unit_loops(readings: list[Reading], known: Known) -> bool:
    """Blame the good rows that stand in a loop; whether there were any."""
    parents = _final_parents(readings, known)
    codes = list(parents)
    number_of = {code: number for number, code in enumerate(codes)}
    cycles = loops({number: number_of.get(parents[code]) for number, code in enumerate(codes)})
    chain_of = {
        number: words for cycle in cycles for words in [_loop_words(cycle, codes)] for number in cycle
    }
    found = False
    for reading in readings:
        chain = chain_of.get(number_of.get(reading.text("kode_unit"), -1))
        if reading.good and chain is not None:
            reading.blame(
                "kode_induk",
                "loop",
                N_("Rantai induk berputar: %(chain)s."),
                chain=chain,
            )
            found = True
    return found


def _loop_words(cycle: Sequence[int], codes: Sequence[str]) -> str:
    return chain_words([codes[number] for number in cycle])


def _has_agency(code: str, parents: Mapping[str, str], agencies: Collection[str]) -> bool:
    if not parents.get(code):
        return True  # the region's top
    steps = 0
    while code and steps < 50:
        if code in agencies:
            return True
        code, steps = parents.get(code, ""), steps + 1
    return False


_UNIT_FIELDS = {
    "nama": "name",
    "nama_en": "name_en",
    "jenis": "kind",
    "perangkat_daerah": "is_agency",
    "unit_mandiri": "independent",
    "hari_kerja": "working_week",
}


def _unit_outcome(reading: Reading, known: Known, slugs: set[str], as_of: date) -> Outcome:
    code = reading.text("kode_unit")
    outcome = outcome_of(reading, code)
    if not reading.good:
        return outcome
    stored = known.units.get(code)
    values = reading.values
    parent, begins = reading.text("kode_induk"), reading.day("mulai")
    if stored is None:
        defaults: dict[str, object] = {"name_en": "", "independent": False, "working_week": 5}
        given = {name: values[column] for column, name in _UNIT_FIELDS.items() if column in values}
        outcome.action = RowAction.JOIN
        outcome.plan = {
            **defaults,
            **given,
            "unit": "new",
            "code": code,
            "slug": _free_slug(str(values["nama"]), slugs),
            "begins": shown(begins or as_of),
            "parent": "new",
            "parent_code": parent or None,
            "parent_begins": shown(begins or as_of),
        }
        return outcome
    before = differences(values, stored.cells, ("mulai",) if begins is None else ())
    if not before:
        return outcome
    outcome.action, outcome.before = RowAction.CHANGE, before
    outcome.plan = {"unit": "change", "unit_id": stored.id, "code": code}
    for column, name in _UNIT_FIELDS.items():
        was = _typed(stored.cells[column], column)
        outcome.plan |= {name: values.get(column, was), f"was_{name}": was}
    unit_begins = stored.begins
    if "kode_induk" in before or stored.parent_row is None:
        turn = begins or as_of
        outcome.plan |= {"parent": "new", "parent_code": parent or None, "parent_begins": shown(turn)}
        if stored.parent_row is not None:
            outcome.plan |= {"old_parent": stored.parent_row, "old_parent_ends": shown(turn)}
            outcome.plan["was_old_parent_ends"] = shown(stored.parent_ends) or None
    elif "mulai" in before and begins is not None:
        outcome.plan |= {"moved_parent": stored.parent_row, "parent_begins": shown(begins)}
        outcome.plan["was_parent_begins"] = shown(stored.parent_begins)
        if stored.previous_row is None:
            unit_begins = begins
        else:
            outcome.plan |= {"old_parent": stored.previous_row, "old_parent_ends": shown(begins)}
            outcome.plan["was_old_parent_ends"] = shown(stored.previous_ends) or None
    outcome.plan |= {"begins": shown(unit_begins), "was_begins": shown(stored.begins)}
    return outcome


def _typed(text: str, column: str) -> object:
    if column in ("perangkat_daerah", "unit_mandiri", "pimpinan"):
        return text == "ya"
    if column in ("hari_kerja", "kelas"):
        return int(text) if text else None
    return text


def _free_slug(name: str, taken: set[str]) -> str:
    plain = slug(name)[:SLUG_LIMIT].strip("-") or "x"
    found, number = plain, 2
    while found in taken:
        found, number = f"{plain}-{number}", number + 1
    taken.add(found)
    return found


# ------------------------------------------------------------------------------ positions


def check_positions(readings: list[Reading], known: Known, as_of: date) -> list[Outcome]:
    first = refuse_doubles(readings, "kode_jabatan")
    open_units = {code for code, unit in known.units.items() if is_open(unit.ends, as_of)}
    open_posts = {code for code, post in known.positions.items() if is_open(post.ends, as_of)}
    unit_hints, post_hints = zero_hints(open_units), zero_hints([*open_posts, *first])
    for reading in readings:
        if not reading.good:
            continue
        code, unit = reading.text("kode_jabatan"), reading.text("kode_unit")
        appraiser = reading.text("kode_jabatan_penilai")
        stored = known.positions.get(code)
        if stored is not None and code not in open_posts:
            reading.blame(
                "kode_jabatan",
                "ended",
                N_("kode_jabatan %(code)s milik jabatan yang sudah berakhir pada %(ends)s. Pakai kode baru."),
                code=clip(code),
                ends=shown(stored.ends),
            )
        if unit not in open_units:
            blame_unknown(reading, "kode_unit", unit, unit_hints)
        if appraiser == code:
            reading.blame(
                "kode_jabatan_penilai",
                "own_appraiser",
                N_("Jabatan ini tidak dapat menjadi penilai dirinya sendiri."),
            )
        elif appraiser and appraiser not in first and appraiser not in open_posts:
            blame_unknown(reading, "kode_jabatan_penilai", appraiser, post_hints)
    held = {
        ("pimpinan", post.unit_code): [Held(post.id, date.min, None, code)]
        for code, post in known.positions.items()
        if post.is_head and code in open_posts
    }
    bids = [_head_bid(reading, known) for reading in readings]
    bad = -1
    while bad != (bad := sum(not reading.good for reading in readings)):
        refuse_orphans(readings, "kode_jabatan", "kode_jabatan_penilai", open_posts)
        settle(bids, held)
        _refuse_post_loops(readings, known, as_of)
    return [_position_outcome(reading, known, as_of) for reading in readings]


def _head_bid(reading: Reading, known: Known) -> Bid:
    stored = known.positions.get(reading.text("kode_jabatan"))
    bid = Bid(reading, reading.text("kode_jabatan"))
    if stored is not None and stored.is_head:
        bid.frees.append(Free(("pimpinan", stored.unit_code), stored.id, None))
    if reading.values.get("pimpinan"):
        bid.takes.append(
            Take(
                ("pimpinan", reading.text("kode_unit")),
                date.min,
                None,
                "pimpinan",
                "second_head",
                N_("Unit ini sudah mempunyai jabatan pimpinan: %(who)s."),
            )
        )
    return bid


def _refuse_post_loops(readings: list[Reading], known: Known, as_of: date) -> None:
    """Blame the good rows by which posts would appraise each other in a circle."""
    unit_number = {code: number for number, code in enumerate(known.units)}
    posts: dict[str, tuple[str, bool, str]] = {
        code: (post.unit_code, post.is_head, post.appraiser_code)
        for code, post in known.positions.items()
        if is_open(post.ends, as_of)
    }
    for reading in readings:
        if reading.good:
            code = reading.text("kode_jabatan")
            appraiser = posts[code][2] if code in posts else ""
            posts[code] = (
                reading.text("kode_unit"),
                bool(reading.values.get("pimpinan")),
                str(reading.values.get("kode_jabatan_penilai", appraiser)),
            )
    codes = list(posts)
    number_of = {code: number for number, code in enumerate(codes)}
    named = next((p.code for p in known.positions.values() if p.id == known.agency_head_appraiser), "")
    tops = {code for code, unit in known.units.items() if not unit.parent_code and not unit.is_agency}
    snapshot = Snapshot(
        posts={
            number_of[c]: Post(number_of[c], unit_number[u], head, c) for c, (u, head, _) in posts.items()
        },
        parents={unit_number[c]: unit_number.get(unit.parent_code) for c, unit in known.units.items()},
        heads={unit_number[u]: number_of[c] for c, (u, head, _) in posts.items() if head},
        overrides={number_of[c]: Override(number_of[a]) for c, (_, _, a) in posts.items() if a in number_of},
        agency_units={unit_number[code] for code, unit in known.units.items() if unit.is_agency},
        agency_head_appraiser=number_of.get(named),
        region_head_post=next(
            (number_of[c] for c, (u, head, _) in posts.items() if head and u in tops), None
        ),
    )
    cycles = post_loops(snapshot)
    chain_of = {
        number: words for cycle in cycles for words in [_loop_words(cycle, codes)] for number in cycle
    }
    in_loop = [
        reading
        for reading in readings
        if reading.good and number_of.get(reading.text("kode_jabatan"), -1) in chain_of
    ]
    # Where the file names an appraiser, that is the cell to mend; the others in the circle are innocent.
    naming = [reading for reading in in_loop if reading.text("kode_jabatan_penilai")]
    for reading in naming or in_loop:
        chain = chain_of[number_of[reading.text("kode_jabatan")]]
        reading.blame(
            "kode_jabatan_penilai", "appraiser_loop", N_("Rantai penilai berputar: %(chain)s."), chain=chain
        )


_POSITION_FIELDS = {
    "nama_jabatan": "title",
    "jenis_jabatan": "kind",
    "pimpinan": "is_head",
    "eselon": "echelon",
    "jenjang": "level",
    "kelas": "job_class",
}


def _position_outcome(reading: Reading, known: Known, as_of: date) -> Outcome:
    code = reading.text("kode_jabatan")
    outcome = outcome_of(reading, code)
    if not reading.good:
        return outcome
    stored = known.positions.get(code)
    values, begins = reading.values, reading.day("mulai")
    appraiser = reading.text("kode_jabatan_penilai")
    plan = outcome.plan
    if stored is None:
        outcome.action = RowAction.JOIN
        plan |= {
            "echelon": "",
            "level": "",
            "job_class": None,
            "position": "new",
            "begins": shown(begins or as_of),
        }
        plan |= {name: values[column] for column, name in _POSITION_FIELDS.items() if column in values}
        if appraiser:
            plan |= {"appointment": "new", "appraiser_code": appraiser, "appointment_begins": plan["begins"]}
    else:
        before = differences(values, stored.cells, ("mulai",) if begins is None else ())
        if not before:
            return outcome
        outcome.action, outcome.before = RowAction.CHANGE, before
        plan |= {"position": "change", "position_id": stored.id, "begins": shown(begins or stored.begins)}
        plan |= {"was_begins": shown(stored.begins), "was_unit_id": known.units[stored.unit_code].id}
        for column, name in _POSITION_FIELDS.items():
            was = _typed(stored.cells[column], column)
            plan |= {name: values.get(column, was), f"was_{name}": was}
        if "kode_jabatan_penilai" in before:
            turn = as_of
            if stored.appointment_id is not None and stored.appointment_begins is not None:
                turn = max(as_of, stored.appointment_begins + DAY)
                plan |= {"old_appointment": stored.appointment_id, "old_appointment_ends": shown(turn)}
            if appraiser:
                plan |= {"appointment": "new", "appraiser_code": appraiser, "appointment_begins": shown(turn)}
    plan |= {"code": code, "unit_id": known.units[reading.text("kode_unit")].id}
    return outcome
