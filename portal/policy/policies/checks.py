"""What a policy must say before anybody is rated under it: every setting by itself, then together.

Sources: PermenPANRB 6/2022; SE MenPANRB 3/2023; PP 30/2019; design papers ``policies.md`` §1 and §4.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType

from portal.kernel.refusal import N_, Refusal
from portal.policy.policies.rules import (
    APPRAISER,
    BOUNDS,
    CADENCES,
    COUNTED,
    LEAST_ANSWERS,
    LEAST_COMMENTS,
    LEGACY,
    LEGAL_STANDINGS,
    MATRIX,
    METHODS,
    NATIONAL_PERIODS,
    PARTICIPATIONS,
    PATTERN_LINES,
    PEERS,
    RATERS,
    REVIEWS,
    SHARED_BOUNDS,
    SUBORDINATES,
    WEIGHTED,
    WORST_FIRST,
    ExpectationRating,
    OrganisationRating,
    OverallRating,
    PolicyDocument,
    SourceMark,
)
from portal.policy.policies.values import (
    OLD_APPRAISER,
    decimal_of,
    has_number,
    is_date,
    is_day,
    is_decimal,
    is_rating,
    number_of,
    read_bands,
    read_day,
    read_matrix,
    read_pieces,
    read_raters,
    settings_of,
    whole_of,
)

STATUTORY: Mapping[str, object] = MappingProxyType(
    {
        "deadline.plan_set": {"day": 31, "month": 1},  # PP 30/2019 Ps. 24
        "deadline.yearly_rating": {"day": 31, "month": 1},  # PP 30/2019 Ps. 42
        "clock.handover": 14,  # days, PP 30/2019 Ps. 49
        "clock.countersign": 14,  # days, PP 30/2019 Ps. 49
        "clock.substitute": 7,  # working days, PP 30/2019 Ps. 50
        "clock.objection": 14,  # days, PP 30/2019 Ps. 59
    }
)
"""Values that the law fixes: a policy states them as they are, or isn't loaded."""
NUMBERS: Mapping[str, tuple[int, int]] = {
    "pattern_least": (2, 100),
    "least_group.people_public": (5, 1000),
    "deadline.action_steps": (1, 60),
    "deadline.achievement": (1, 60),
    "deadline.organisation_rating": (1, 60),
    "deadline.rating": (1, 60),
}
OPTIONAL_NUMBERS: Mapping[str, tuple[int, int]] = {
    "least_group.survey_answers": (3, 100),
    "least_group.survey_comments": (3, 100),
    "least_group.public_answers": (5, 1000),
    "survey.peers": (1, 30),
    "survey.subordinates": (1, 50),
    "weighted.cap": (100, 200),
    "weighted.extra": (0, 50),
    "weighted.at_maximum": (100, 200),
    "clock.explanation": (1, 30),
    "clock.decision": (1, 60),
    "clock.plan_step": (1, 60),
}
"""Numbers that a policy may leave out."""
DAYS = ("deadline.plan_draft", "deadline.plan_review", "deadline.plan_agree")
CHOICES: Mapping[str, tuple[str, ...]] = {"method": METHODS, "cadence": CADENCES, "review": REVIEWS}
_STRUCTURED = ("matrix", "pattern", "advice.result")
PROSE = (
    *("approach", "components", "move.within_period", "public", "public_extra", "required_indicators"),
    *("public_feedback", "public_feedback_least", "meeting", "training", "briefing", "discipline"),
    *("citizens", "claims", "guidance", "outage", "work_calendar"),
    *("follow_up.guidance", "follow_up.window", "follow_up.talent_pool", "follow_up.development"),
)
"""Settings that are words for people, or that nothing computes with yet."""
PUBLIC_LEAST_ADVISED = 10
REQUIRED: tuple[str, ...] = (*CHOICES, *_STRUCTURED, *NUMBERS, *DAYS, *STATUTORY)
"""Names of the settings that a complete policy has; the others may be left out."""


def problems(document: Mapping[str, object]) -> list[Refusal]:
    """Everything that keeps ``document`` from being a policy; empty when it is one. Never raises."""
    found = list(_head_problems(document))
    settings = settings_of(document)
    for name in REQUIRED:
        if name not in settings:
            found.append(_missing(name))
    for name, setting in settings.items():
        if name not in KNOWN:
            found.append(
                Refusal(
                    "policy.unknown",
                    N_("Pengaturan %(setting)s tidak dikenal."),
                    {"setting": name},
                    anchor=name,
                )
            )
        found += setting_problems(name, setting)
    value = {name: setting["value"] for name, setting in settings.items()}
    found += _order_problems(value)
    if not found:
        # Each setting is well-formed by itself; now together.
        found += _survey_problems(value)
        found += _method_problems(value)
    return found


def setting_problems(name: str, setting: Mapping[str, object]) -> list[Refusal]:
    """What is wrong with one setting by itself, whatever the others say."""
    return [*_source_problems(name, setting), *_value_problems(name, setting["value"])]


def warnings(rules: PolicyDocument) -> list[Refusal]:
    """What should be known before ``rules`` are adopted, though nothing forbids them."""
    found = []
    if rules.least_group_public < PUBLIC_LEAST_ADVISED:
        found.append(
            Refusal(
                "policy.least_group",
                N_("Kelompok terkecil bagi masyarakat di bawah %(n)s: satu orang lebih mudah dikenali."),
                {"n": PUBLIC_LEAST_ADVISED},
                anchor="least_group.people_public",
            )
        )
    if rules.adoption is not None and not rules.adoption.is_complete:
        found.append(
            Refusal(
                "policy.draft", N_("Rancangan: nomor dan tanggal penetapannya belum ada."), anchor="adoption"
            )
        )
    return found


def _head_problems(document: Mapping[str, object]) -> Iterator[Refusal]:
    for name in ("key", "name"):
        text = document.get(name)
        if not isinstance(text, str) or not text.strip():
            yield _missing(name)
    version = number_of(document.get("version"))
    if version is None or version != version.to_integral_value() or version < 1:
        yield _missing("version")
    rows = document.get("legal_basis")
    if not isinstance(rows, list) or not rows or not all(_is_basis(row) for row in rows):
        yield _missing("legal_basis")
    adoption = document.get("adoption")
    if adoption is not None and not _is_adoption(adoption):
        yield _missing("adoption")


def _source_problems(name: str, setting: Mapping[str, object]) -> Iterator[Refusal]:
    mark = setting.get("mark")
    if not isinstance(mark, str) or mark not in set(SourceMark):
        yield Refusal(
            "policy.mark",
            N_("%(setting)s tidak menyebut sumbernya: R, S, atau A."),
            {"setting": name},
            anchor=name,
        )
    note = setting.get("note")
    flags = [setting.get(flag, False) for flag in ("confirm", "assumed")]
    if not isinstance(note, str) or not note.strip() or not all(isinstance(flag, bool) for flag in flags):
        yield Refusal(
            "policy.note",
            N_("%(setting)s tidak menjelaskan sumbernya dengan kalimat."),
            {"setting": name},
            anchor=name,
        )
    if mark == SourceMark.ASSUMPTION and setting.get("assumed") is not True and has_number(setting["value"]):
        yield Refusal(
            "policy.assumed",
            N_("%(setting)s memuat angka tanpa dasar peraturan, jadi harus ditandai sebagai asumsi."),
            {"setting": name},
            anchor=name,
        )


def _value_problems(name: str, value: object) -> Iterator[Refusal]:
    if name in STATUTORY:
        # ``True == 1`` and ``14.0 == 14``: equal isn't enough, it has to be a number that can be read.
        if not (is_day(value) or number_of(value) is not None) or value != STATUTORY[name]:
            yield Refusal(
                "policy.statutory",
                N_("%(setting)s ditetapkan peraturan dan tidak dapat diubah oleh kebijakan."),
                {"setting": name},
                anchor=name,
            )
    elif name in CHOICES:
        if value not in CHOICES[name]:
            yield _bad(name)
    elif name in NUMBERS or name in OPTIONAL_NUMBERS:
        least, most = {**NUMBERS, **OPTIONAL_NUMBERS}[name]
        number = number_of(value)
        if number is None or number != number.to_integral_value() or not least <= number <= most:
            yield Refusal(
                "policy.value",
                N_("%(setting)s diisi bilangan bulat %(least)s sampai %(most)s."),
                {"setting": name, "least": least, "most": most},
                anchor=name,
            )
    elif name in DAYS:
        if not is_day(value):
            yield _bad(name, N_("Tanggal itu tidak ada dalam bulannya."))
    elif name == "matrix":
        yield from _matrix_problems(value)
    elif name == "pattern":
        yield from _pattern_problems(value)
    elif name == "advice.result":
        yield from _advice_problems(value)
    elif name == "award":
        yield from _award_problems(value)
    elif name in FORMS and not FORMS[name](value):
        yield _wrong_sum(name, value) or _bad(name, _EXPLAINED.get(name, _UNFIT))


def _matrix_problems(value: object) -> Iterator[Refusal]:
    rows = value if isinstance(value, Mapping) else {}
    steps = set(ExpectationRating)
    complete = set(rows) == steps and all(
        isinstance(row, Mapping) and set(row) == steps and all(is_rating(cell) for cell in row.values())
        for row in rows.values()
    )
    if not complete:
        yield Refusal(
            "policy.matrix_cells",
            N_("Kuadran harus memuat tepat sembilan sel, masing-masing dengan satu predikat."),
            anchor="matrix",
        )
        return
    matrix = read_matrix(value)
    order = tuple(ExpectationRating)
    for (result, behaviour), overall in matrix.items():
        for better in _one_step_up(result, behaviour, order):
            if WORST_FIRST.index(matrix[better]) < WORST_FIRST.index(overall):
                yield Refusal(
                    "policy.matrix_monotone",
                    N_("Kuadran tidak naik: rating yang lebih tinggi memberi predikat yang lebih rendah."),
                    anchor="matrix",
                )
                return


def _one_step_up(
    result: ExpectationRating, behaviour: ExpectationRating, order: tuple[ExpectationRating, ...]
) -> Iterator[tuple[ExpectationRating, ExpectationRating]]:
    if result != order[-1]:
        yield order[order.index(result) + 1], behaviour
    if behaviour != order[-1]:
        yield result, order[order.index(behaviour) + 1]


def _pattern_problems(value: object) -> Iterator[Refusal]:
    rows = value if isinstance(value, Mapping) else {}
    if set(rows) != set(OrganisationRating) or not all(
        isinstance(limits, list) and len(limits) <= PATTERN_LINES and all(map(_is_limit, limits))
        for limits in rows.values()
    ):
        yield _bad("pattern")


def _is_limit(limit: object) -> bool:
    if not isinstance(limit, Mapping) or limit.get("bound") not in BOUNDS:
        return False
    ratings = limit.get("ratings")
    if not isinstance(ratings, list) or not ratings or not all(is_rating(rating) for rating in ratings):
        return False
    if limit["bound"] not in SHARED_BOUNDS:
        return "share" not in limit
    return is_decimal(limit.get("share")) and 0 <= decimal_of(limit["share"]) <= 100


def _advice_problems(value: object) -> Iterator[Refusal]:
    row = value if isinstance(value, Mapping) else {}
    if set(row) - {"below", "floor", "above", "cap"}:
        yield Refusal(
            "policy.results_share",
            N_(
                "Usulan hasil kerja hanya dari capaian indikator. Rekan dan bawahan menilai perilaku saja "
                "(PP 30/2019 Pasal 37 sampai 40)."
            ),
            anchor="advice.result",
        )
    parts = [row.get(name) for name in ("below", "floor", "above", "cap")]
    known = [decimal_of(part) for part in parts if is_decimal(part)]
    if len(known) < 4 or not 0 < known[0] <= known[1] <= known[2] <= known[3]:
        yield _bad(
            "advice.result",
            N_(
                "Keempat batas harus naik: di bawah ekspektasi, tanpa indikator di bawah, di atas ekspektasi, "
                "lalu capaian paling tinggi."
            ),
        )


def _award_problems(value: object) -> Iterator[Refusal]:
    row = value if isinstance(value, Mapping) else {}
    if set(row) - {"legal_basis"} != {"what", "money"} or not isinstance(row["money"], bool):
        yield _bad("award")
    elif row["money"] and not (isinstance(row.get("legal_basis"), str) and row["legal_basis"].strip()):
        yield Refusal(
            "policy.award_basis",
            N_("Penghargaan berupa uang memerlukan dasar hukum (legal_basis)."),
            anchor="award",
        )


_ASKED: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        PEERS: (
            "survey.peers",
            N_(
                "Rekan tidak ikut menilai, tetapi jumlah rekan yang ditanya masih diisi. Kosongkan, atau "
                "ikutkan rekan."
            ),
            N_("Rekan ikut menilai, tetapi jumlah rekan yang ditanya belum diisi."),
        ),
        SUBORDINATES: (
            "survey.subordinates",
            N_(
                "Bawahan tidak ikut menilai, tetapi jumlah bawahan yang ditanya masih diisi. Kosongkan, atau "
                "ikutkan bawahan."
            ),
            N_("Bawahan ikut menilai, tetapi jumlah bawahan yang ditanya belum diisi."),
        ),
    }
)
"""Who may be asked in the survey: the setting of their number, and what is said where the two don't fit."""


def _survey_problems(value: Mapping[str, object]) -> Iterator[Refusal]:
    """Who is asked, how many, with which share: the three must fit each other."""
    shares = value.get("advice.behaviour")
    raters = read_raters(value)
    for rater, (name, not_asked, not_counted) in _ASKED.items():
        if (rater in raters) != (name in value):
            yield Refusal(
                "policy.survey_raters",
                not_asked if name in value else not_counted,
                # A number that is missing is filled in at its own form.
                anchor=name if name in value else "raters",
            )
    surveyed = any(rater in raters for rater in _ASKED)
    if isinstance(shares, Mapping):
        if (decimal_of(shares["survey"]) > 0) != surveyed:
            yield Refusal(
                "policy.survey_share",
                N_(
                    "Rekan atau bawahan ikut menilai, tetapi bagian survei masih nol. Isi bagiannya, atau "
                    "keluarkan mereka dari yang menilai."
                )
                if surveyed
                else N_(
                    "Rekan dan bawahan tidak ikut menilai, tetapi bagian survei lebih dari nol. Jadikan nol, atau "
                    "ikutkan mereka."
                ),
                anchor="advice.behaviour",
            )
        if surveyed and "advice.behaviour_limits" not in value:
            yield _missing("advice.behaviour_limits")
    elif surveyed and value["method"] == MATRIX:
        yield _missing("advice.behaviour")
    if surveyed and "survey.small_group" not in value:
        yield _missing("survey.small_group")
    answers = whole_of(value.get("least_group.survey_answers", LEAST_ANSWERS))
    if whole_of(value.get("least_group.survey_comments", LEAST_COMMENTS)) < answers:
        yield _bad(
            "least_group.survey_comments",
            N_(
                "Komentar tidak boleh tampil pada jumlah jawaban yang lebih kecil daripada jumlah paling sedikit "
                "agar hasilnya tampil."
            ),
        )


def _method_problems(value: Mapping[str, object]) -> Iterator[Refusal]:
    needed = {WEIGHTED: _OF_WEIGHTED, LEGACY: ("legacy.bands",)}.get(str(value["method"]), ())
    for name in needed:
        if name not in value:
            yield _missing(name)


def _order_problems(value: Mapping[str, object]) -> Iterator[Refusal]:
    """Every deadline lies after the one before it."""
    plan = ["deadline.plan_draft", "deadline.plan_review", "deadline.plan_agree", "deadline.plan_set"]
    days = [(name, value[name]) for name in plan if is_day(value.get(name))]
    for (_, before), (name, after) in pairwise(days):
        if (read_day(before).month, read_day(before).day) >= (read_day(after).month, read_day(after).day):
            yield _too_early(name)
    names = ["deadline.achievement", "deadline.organisation_rating", "deadline.rating"]
    counts = [(name, number) for name in names if (number := number_of(value.get(name))) is not None]
    for (_, first), (name, second) in pairwise(counts):
        if first >= second:
            yield _too_early(name)


def _missing(name: str) -> Refusal:
    return Refusal(
        "policy.missing",
        N_("Pengaturan %(setting)s belum diisi dengan benar."),
        {"setting": name},
        anchor=name,
    )


_UNFIT = N_("Nilai pengaturan %(setting)s tidak dapat dipakai.")


def _bad(name: str, message: str = _UNFIT) -> Refusal:
    return Refusal("policy.value", message, {"setting": name}, anchor=name)


_EXPLAINED: Mapping[str, str] = MappingProxyType(
    {
        "advice.behaviour_limits": N_(
            "Kedua batas harus di antara 1 dan 3, dan batas di bawah ekspektasi tidak boleh lebih tinggi daripada "
            "batas di atas ekspektasi."
        ),
        "raters": N_("Pejabat penilai kinerja harus selalu ikut menilai."),
    }
)
"""What is said of a value that doesn't fit, where it can be said more exactly."""
_SUMS: Mapping[str, tuple[tuple[str, ...], str]] = MappingProxyType(
    {
        "advice.behaviour": (
            ("appraiser", "survey"),
            N_(
                "Penilai dan survei harus berjumlah 100%%. Anda menulis %(appraiser)s%% dan %(survey)s%%, "
                "jumlahnya %(sum)s%%."
            ),
        ),
        "advice.picture": (
            ("results", "participation", "attitude"),
            N_(
                "Hasil kerja, keikutsertaan, dan sikap harus berjumlah 100%%. Anda menulis %(results)s%%, "
                "%(participation)s%%, dan %(attitude)s%%, jumlahnya %(sum)s%%."
            ),
        ),
    }
)
"""Shares that have to be a whole, and what is said where they aren't."""


def _wrong_sum(name: str, value: object) -> Refusal | None:
    """Why shares aren't a whole; ``None`` for what isn't shares, or not of these parts."""
    parts, message = _SUMS.get(name, ((), ""))
    if not isinstance(value, Mapping) or set(value) != set(parts):
        return None
    if not all(is_decimal(part) for part in value.values()):
        return None
    shares = {part: decimal_of(value[part]) for part in parts}
    return Refusal("policy.value", message, {**shares, "sum": sum(shares.values())}, anchor=name)


def _too_early(name: str) -> Refusal:
    return Refusal(
        "policy.order",
        N_("Tenggat %(setting)s harus sesudah tenggat sebelumnya."),
        {"setting": name},
        anchor=name,
    )


def _one_of(allowed: tuple[str, ...]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in allowed


def _shares_of(*names: str) -> Callable[[object], bool]:
    """Exactly these, numbers in per cent that sum to 100."""

    def fits(value: object) -> bool:
        if not isinstance(value, Mapping) or set(value) != set(names):
            return False
        return (
            all(is_decimal(part) for part in value.values())
            and sum(decimal_of(part) for part in value.values()) == 100
        )

    return fits


_FIRST_SHARES, _SECOND_SHARES = _shares_of("plan", "behaviour"), _shares_of("appraiser", "survey")


def _are_raters(value: object) -> bool:
    return isinstance(value, list) and set(value) <= {*RATERS, OLD_APPRAISER} and _appraiser_in(value)


def _appraiser_in(value: Collection[object]) -> bool:
    return APPRAISER in value or OLD_APPRAISER in value


def _are_behaviour_shares(value: object) -> bool:
    return value == "none" or _SECOND_SHARES(value)


def _are_limits(value: object) -> bool:
    """Both cut-offs lie on the scale of 1 to 3, in their order."""
    if not isinstance(value, Mapping) or set(value) != {"below", "above"}:
        return False
    if not all(is_decimal(part) for part in value.values()):
        return False
    return 1 < decimal_of(value["below"]) <= decimal_of(value["above"]) < 3


def _are_weights(value: object) -> bool:
    if not isinstance(value, Mapping) or set(value) != {"plan", "behaviour", "appraiser", "survey"}:
        return False
    halves = [
        {name: value[name] for name in pair} for pair in (("plan", "behaviour"), ("appraiser", "survey"))
    ]
    return _FIRST_SHARES(halves[0]) and _SECOND_SHARES(halves[1])


def _are_weights_alone(value: object) -> bool:
    if not isinstance(value, Mapping) or set(value) != {"plan", "behaviour", "until"}:
        return False
    return _FIRST_SHARES({name: value[name] for name in ("plan", "behaviour")}) and is_date(value["until"])


def _are_bands(value: object) -> bool:
    """A lowest score for every rating but the worst, falling."""
    if not isinstance(value, Mapping) or set(value) != set(OverallRating) - {OverallRating.VERY_POOR}:
        return False
    if not all(is_decimal(part) for part in value.values()):
        return False
    return all(better > worse for (_, better), (_, worse) in pairwise(read_bands(value)))


def _are_pieces(value: object) -> bool:
    """Pieces of the conversion: rising, without a gap between whole per cents, from 0 on."""
    if not isinstance(value, list) or not value:
        return False
    for row in value:
        if not isinstance(row, Mapping) or set(row) != {"from", "to", "low", "high"}:
            return False
        if not all(is_decimal(part) for part in row.values()):
            return False
    pieces = read_pieces(value)
    return (
        pieces[0].begins == 0
        and all(piece.begins <= piece.ends and piece.low <= piece.high for piece in pieces)
        and all(
            after.begins == before.ends + 1 and after.low >= before.high for before, after in pairwise(pieces)
        )
    )


def _are_credits(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and set(value) == set(OverallRating)
        and all(is_decimal(part) for part in value.values())
    )


def _is_adoption(row: object) -> bool:
    if not isinstance(row, Mapping) or set(row) - {"number", "date", "reason"} != {
        "adopted_by",
        "scope",
        "legal_standing",
    }:
        return False
    if not all(isinstance(part, str) for part in row.values()):
        return False
    if not row["adopted_by"].strip() or row["legal_standing"] not in LEGAL_STANDINGS:
        return False
    # Adopted is what has a number and a day; half of that is a slip of the pen.
    number, day = row.get("number", "").strip(), row.get("date", "")
    return bool(number) == bool(day) and (not day or is_date(day))


FORMS: Mapping[str, Callable[[object], bool]] = {
    "national_period": _one_of(NATIONAL_PERIODS),
    "progress_cadence": _one_of(CADENCES),
    "deadline.counted": _one_of(COUNTED),
    "raters": _are_raters,
    "survey.small_group": _one_of(("merge", "return")),
    "advice.behaviour": _are_behaviour_shares,
    "advice.behaviour_limits": _are_limits,
    "advice.picture": _shares_of("results", "participation", "attitude"),
    "participation": _one_of(PARTICIPATIONS),
    "shared_goals": _one_of(("allowed", "required")),
    "credit": _are_credits,
    "weighted.shares": _are_weights,
    "weighted.without_survey": _are_weights_alone,
    "weighted.bands": _are_bands,
    "weighted.conversion": _are_pieces,
    "legacy.bands": _are_bands,
    "legacy.shares": _FIRST_SHARES,
}
"""What a setting that may be left out must look like."""
_OF_WEIGHTED = tuple(name for name in (*FORMS, *OPTIONAL_NUMBERS) if name.startswith("weighted."))
KNOWN = frozenset((*REQUIRED, *PROSE, *OPTIONAL_NUMBERS, *FORMS, "award"))


def _is_basis(row: object) -> bool:
    return isinstance(row, Mapping) and all(
        isinstance(row.get(name), str) and row[name] for name in ("name", "about")
    )
