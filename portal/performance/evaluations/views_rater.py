"""Pages of whoever rates: the full page of one person, the bench, the organisation's rating."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from portal.extensions import db
from portal.kernel.refusal import Refusal, Refused
from portal.ledger import keys
from portal.ledger.door import Busy, door
from portal.people.organisation.models import Unit
from portal.performance import access
from portal.performance.advice import rules as advising
from portal.performance.advice.explanation import behaviour_step
from portal.performance.advice.rules import Tally
from portal.performance.evaluations import actions, explain, queries, queries_bench, rules
from portal.performance.evaluations.forms import (
    OrganisationForm,
    ReRateForm,
    SetForm,
    SheetForm,
    beside,
)
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.rights import Evaluations, around
from portal.performance.evaluations.rules import EvaluationState
from portal.performance.evaluations.views import (
    T,
    address_of,
    area_of,
    bp,
    is_appraiser,
    is_blind,
    matrix_of,
    participation_of,
    read_by,
    recommended_of,
    recorded_of,
    said_of,
    saved_words,
    survey_of,
    unseen,
)
from portal.performance.plans.rules import GUIDES, CoreValue
from portal.performance.progress import queries as progress
from portal.performance.progress.forms import two_texts
from portal.policy.cycles.models import Period
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies.rules import ExpectationRating
from portal.web.answers import done, page, refused, wants_fragment, words
from portal.web.caller import caller
from portal.web.current import now, today
from portal.web.formats import formats
from portal.web.forms import INCOMPLETE, Press, key_here, press
from portal.web.frame import stand_in
from portal.web.rights import find, requires

BENCH_PAGE = 50
"""People on one page of the bench, and the most that one press sets or hands over."""
TOLD_AT_ONCE = 10
"""Reasons that one message gives."""
NAMED = re.compile(r"[0-9a-z]{12}:[0-9]{1,9}")
"""How a form names an evaluation with the version that was shown."""


def _is_drafted(evaluation: Evaluation) -> bool:
    return evaluation.state in (EvaluationState.RUNNING, EvaluationState.REPORTED)


@bp.route("/<evaluation_ref>/rate", methods=["GET", "POST"])
@requires(Evaluations.RATE, Evaluation)
def rate(evaluation: Evaluation) -> Any:
    """The whole of one person: results, evidence, feedback, behaviour, and the two ratings as a draft."""
    if request.method == "GET" and not _is_drafted(evaluation):
        return redirect(address_of(evaluation.ref), 303)
    form = SheetForm.of(evaluation)
    onward = "next" in request.form
    if form.accepts(actions.save_draft, evaluation):
        endpoint = ".set_rating" if onward else ".rate"
        return done(saved_words(), url_for(endpoint, evaluation_ref=evaluation.ref), form)
    return _rate_page(evaluation, form)


def _rate_page(evaluation: Evaluation, form: SheetForm) -> Any:
    setting = around(evaluation, fresh=form.status not in (200, 422))
    area_of(setting)
    lines, expectations = queries.lines(setting)
    blind = is_blind(setting)
    lines = unseen(lines) if blind else lines
    measured = [row for line in lines for row in line.rows]
    yearly = explain.is_yearly(setting)
    rows, again = two_texts(form)
    advice = queries.advice(setting, measured)
    left = survey_of(setting)
    marks = evaluation.draft_marks
    view = queries.behaviour_advice(setting, marks, left)
    return page(
        T + "rate.html",
        left=left,
        beside=view,
        behaviour_step=behaviour_step(view, Tally.of_one(marks), setting.policy.rules),
        guides=GUIDES,
        around=setting,
        evaluation=evaluation,
        form=form,
        rows=rows,
        again=again,
        lines=lines,
        expectations=expectations,
        values=list(CoreValue),
        blind=blind,
        measured=measured,
        advice=advice,
        reasons=advising.advice_reasons(advice, setting.policy.rules.advice),
        limits=setting.policy.rules.advice,
        source=setting.policy.rules.sources["advice.result"],
        head_advice=_head_advice(setting),
        entries=None if yearly else progress.recorded([setting.enrolment.id]),
        periods=queries.beside(setting) if yearly else [],
        sees=lambda _state: True,
        said=said_of(setting),
        recommended=recommended_of(setting),
        participation=participation_of(setting, advice.mean, marks, pictured=True),
        refusal=actions.why_not_rate(setting, by_person=current_user.person_id, today=today()),
        explain=explain,
        day=today(),
    )


def _head_advice(setting: queries.Setting) -> ExpectationRating | None:
    """What the organisation's rating means for the results of whoever leads it (SE 3/2023)."""
    if setting.organisation_rating is None or not explain.heads_organisation(setting):
        return None
    return advising.head_result_rating(setting.organisation_rating.rating)


@bp.route("/<evaluation_ref>/set", methods=["GET", "POST"])
@requires(Evaluations.RATE, Evaluation)
def set_rating(evaluation: Evaluation) -> Any:
    """Set the overall rating, after seeing what it will be; hand it over at once, or later (Y-37, Y-57)."""
    if request.method == "GET" and not _is_drafted(evaluation):
        return redirect(address_of(evaluation.ref), 303)
    form = SetForm()
    form.version = evaluation.version
    telling = "tell" in request.form
    if form.accepts(actions.rate_as_drafted, evaluation, tell=telling):
        message = (
            _("Predikat ditetapkan dan dokumennya disampaikan.")
            if telling
            else _("Predikat ditetapkan. Dokumennya belum disampaikan.")
        )
        return done(message, address_of(evaluation.ref), form)
    setting = around(evaluation, fresh=form.status not in (200, 422))
    if form.status == 409 and not _is_drafted(evaluation):
        return refused(form, address_of(evaluation.ref))
    area_of(setting)
    policy = setting.policy.rules
    counts = queries.distribution(setting.period.id, setting.organisation.id, current_user.person_id)
    overall = None
    if evaluation.draft_result and evaluation.draft_behaviour:
        overall = policy.matrix[(evaluation.draft_result, evaluation.draft_behaviour)]
        counts[overall] = counts.get(overall, 0) + 1
    measured = queries.measured(setting)
    # What the employee hasn't sent is no figure yet: no advice, so no difference from it either.
    blind = is_blind(setting)
    advice = queries.advice(setting, [] if blind else measured)
    warnings = []
    if setting.organisation_rating is not None:
        warnings = rules.pattern_warnings(setting.organisation_rating.rating, counts, policy)
    return page(
        T + "set.html",
        around=setting,
        evaluation=evaluation,
        form=form,
        overall=overall,
        matrix=matrix_of(policy),
        advice=advice,
        differs=evaluation.draft_result is not None
        and not blind
        and advising.differs_from_advice(evaluation.draft_result, advice),
        beside=queries.behaviour_advice(setting, evaluation.draft_marks),
        refusal=actions.why_not_set(setting, by_person=current_user.person_id, today=today()),
        warnings=warnings,
        handover_due=rules.handover_due(today(), policy),
    )


@bp.route("/<evaluation_ref>/re-rate", methods=["GET", "POST"])
@requires(Evaluations.RATE, Evaluation)
def re_rate(evaluation: Evaluation) -> Any:
    """Replace the rating before it is handed over; the earlier one stays readable with the reason."""
    setting = around(evaluation)
    locked = rules.why_not_re_rate(evaluation.state, period_open=setting.period.state is PeriodState.OPEN)
    if locked is not None and request.method == "GET":
        return redirect(address_of(evaluation.ref), 303)
    form = ReRateForm.of(setting.rating)
    form.version = evaluation.version
    if form.accepts(actions.re_rate, evaluation):
        return done(_("Predikat diubah. Yang sebelumnya tetap tercatat."), address_of(evaluation.ref), form)
    beside(form)
    setting = around(evaluation, fresh=form.status not in (200, 422))
    area_of(setting)
    rows, again = two_texts(form)
    return page(
        T + "re_rate.html",
        around=setting,
        evaluation=evaluation,
        form=form,
        rows=rows,
        again=again,
        matrix=matrix_of(setting.policy.rules),
    )


@bp.route("/<evaluation_ref>/hand-over", methods=["POST"])
@requires(Evaluations.RATE, Evaluation)
def hand_over(evaluation: Evaluation) -> Any:
    """Hand the document to the employee; the clock of the signature starts."""
    return _press(
        evaluation, actions.hand_over, _("Dokumen evaluasi disampaikan. Pegawai dapat membacanya sekarang.")
    )


@bp.route("/<evaluation_ref>/reopen-report", methods=["POST"])
@requires(Evaluations.RATE, Evaluation)
def reopen_report(evaluation: Evaluation) -> Any:
    """Give the report back for mending."""
    return _press(evaluation, actions.reopen_report, _("Laporan dikembalikan; pegawai dapat memperbaikinya."))


def _press(evaluation: Evaluation, action: Callable[..., Any], message: str) -> Any:
    return press(action, evaluation, message, address_of(evaluation.ref))


# ------------------------------------------------------------------------------------------- the bench


@bp.route("/bench/<period_ref>")
@requires(Evaluations.BENCH, Period)
def bench(period: Period) -> Any:
    """Everybody whom I rate in a period on one light page (NEW-9)."""
    stand_in("rater")
    me = current_user.person_id
    chosen = request.args.get("tampil", "")
    conditions = queries_bench.BENCH_VIEWS.get(chosen, ())
    number = max(1, min(request.args.get("hal", 1, type=int) or 1, 1000))
    tally = queries_bench.tally(period.id, me)
    people = queries_bench.bench(
        period.id, me, *conditions, limit=BENCH_PAGE, offset=(number - 1) * BENCH_PAGE
    )
    policy = queries.policy_of(period).rules
    return page(
        T + "bench.html",
        fragment=T + "_bench_state.html",
        period=period,
        policy=policy,
        tally=tally,
        chosen=chosen if chosen in queries_bench.BENCH_VIEWS else "",
        rows=[_bench_row(row, tally, advice) for row, advice in _with_advice(people, policy)],
        complete=_count(tally, "siap"),
        pager=_pager(period, chosen, number, _count(tally, chosen)),
        warnings=[
            (each, explain.pattern(each, policy, with_drafts=True)) for each in tally.organisations.values()
        ],
        explain=explain,
        day=today(),
    )


def _has_figures(row: Any) -> bool:
    """Whether the appraiser sees what was reached: it was reported, or its day has passed."""
    if row.Evaluation.state is EvaluationState.RUNNING:
        return row.due is not None and today() > row.due
    return row.Evaluation.state is EvaluationState.REPORTED


def _with_advice(people: Sequence[Any], policy: Any) -> list[tuple[Any, Any]]:
    ids = [row.Evaluation.id for row in people if _has_figures(row)]
    found = queries_bench.attainments(ids, policy.advice.cap)
    return [
        (
            row,
            advising.advice_result(found[row.Evaluation.id], policy.advice)
            if row.Evaluation.id in found
            else None,
        )
        for row in people
    ]


def _count(tally: queries_bench.Tally, chosen: str) -> int:
    complete = sum(sum(each.drafts.values()) for each in tally.organisations.values())
    return {
        "kurang": tally.incomplete,
        "ragu": tally.unsure,
        "siap": complete,
        "ditetapkan": tally.rated,
        "disampaikan": tally.told,
    }.get(chosen, tally.people)


def _pager(period: Period, chosen: str, number: int, total: int) -> dict[str, Any]:
    last = max(1, -(-total // BENCH_PAGE))

    def address(page_number: int) -> str:
        return url_for(
            ".bench",
            period_ref=period.ref,
            tampil=chosen or None,
            hal=page_number if page_number > 1 else None,
        )

    return {
        "first": (number - 1) * BENCH_PAGE + 1,
        "last": min(number * BENCH_PAGE, total),
        "total_text": formats().number(total),
        "prev_url": address(number - 1) if number > 1 else None,
        "next_url": address(number + 1) if number < last else None,
        "pages": [(str(n), address(n), n == number) for n in range(1, last + 1)] if last > 1 else [],
    }


def _bench_row(row: Any, tally: queries_bench.Tally, advice: Any) -> dict[str, Any]:
    """One person of the bench as the template takes it."""
    evaluation = row.Evaluation
    organisation = tally.organisations[row.Enrolment.organisation_id]
    return {
        "evaluation": evaluation,
        "enrolment": row.Enrolment,
        "person": row.Person,
        "post": row.Position.title,
        "unit": row.Unit,
        "rating": row.Rating,
        "drafted": _is_drafted(evaluation),
        "entries": row.entries,
        "words": row.words,
        "advice": explain.advice_sentence(advice) if advice else None,
        "missing": _missing(row, organisation) if _is_drafted(evaluation) else [],
    }


def _missing(row: Any, organisation: queries_bench.Organisation) -> list[str]:
    """What a person's rating still needs, in words."""
    evaluation, plan = row.Evaluation, row.Plan
    reasons = rules.why_not_reasons(evaluation.draft_result_reason, evaluation.draft_behaviour_reason)
    short = {part.anchor for part in reasons.parts} if reasons else set()
    found = []
    if not (evaluation.draft_result and evaluation.draft_behaviour):
        found.append(_("rating"))
    if len(short) > 1:
        found.append(_("kedua alasan"))
    elif short:
        found.append(_("alasan hasil kerja") if "result_reason" in short else _("alasan perilaku kerja"))
    if evaluation.unsure:
        found.append(_("masih ditandai belum yakin"))
    refusal = rules.why_not_rate(
        evaluation.state,
        organisation_rated=organisation.rating is not None,
        organisation_waits_for=organisation.leader.full_name
        if organisation.leader
        else _("pengelola kinerja daerah"),
        report_late=row.due is not None and today() > row.due,
        plan_set=plan is not None and plan.in_force is not None,
    )
    if refusal is not None:
        found.append(_short(refusal))
    return found


def _short(refusal: Refusal) -> str:
    """A refusal in a few words, for a row among many."""
    return {
        "evaluation.org_first": _("capaian organisasi"),
        "evaluation.not_reported": _("laporan realisasi pegawai"),
        "evaluation.no_plan": _("SKP yang ditetapkan"),
    }.get(refusal.code, _("periode sedang tidak dibuka"))


@bp.route("/<evaluation_ref>/row", methods=["POST"])
@requires(Evaluations.RATE, Evaluation)
def save_row(evaluation: Evaluation) -> Any:
    """Keep one row of the bench; htmx gets the row's state, a browser without script the bench."""
    form = SheetForm.of(evaluation)
    accepted = form.accepts(actions.save_draft, evaluation)
    period = db.session.get_one(Period, around(evaluation, fresh=True).enrolment.period_id)
    address = url_for(".bench", period_ref=period.ref, _anchor=f"p-{evaluation.ref}")
    if accepted and not wants_fragment():
        return done(saved_words(), address, form)
    if not accepted and not wants_fragment():
        # The full page has room for what was typed, for every reason and for two texts.
        return _rate_page(evaluation, form)
    tally = queries_bench.tally(period.id, current_user.person_id)
    row = queries_bench.bench(period.id, current_user.person_id, queries_bench.is_one(evaluation))[0]
    response = page(
        T + "_row_state.html",
        fragment=T + "_row_state.html",
        status=form.status,
        row=_bench_row(row, tally, None),
        form=form,
        texts=two_texts(form)[0],
        saved=saved_words() if accepted else None,
        policy=queries.policy_of(period).rules,
    )
    if accepted:
        response.headers["HX-Trigger"] = "benchsaved"
    return response


@bp.route("/<evaluation_ref>/evidence")
@requires(Evaluations.VIEW, Evaluation)
def evidence(evaluation: Evaluation) -> Any:
    """What is recorded of one person in the period; the bench loads it when its fold is opened."""
    setting = around(evaluation)
    area = area_of(setting) if is_appraiser(setting) else read_by(setting)
    return page(
        T + "evidence.html",
        area=area,
        blind=area != "employee" and is_blind(setting),
        fragment=T + "_evidence.html",
        around=setting,
        evaluation=evaluation,
        lines=queries.lines(setting)[0],
        entries=recorded_of(setting),
        said=said_of(setting),
        explain=explain,
    )


@bp.route("/bench/<period_ref>/set", methods=["GET", "POST"])
@requires(Evaluations.BENCH, Period)
def set_many(period: Period) -> Any:
    """Set every complete draft, each by its own act, after seeing the list."""
    stand_in("rater")
    address = url_for(".bench", period_ref=period.ref)
    if request.method == "POST" and g.get("prefill") is None:
        return _each(period, actions.rate_as_drafted, _set_words, address)
    people = queries_bench.bench(
        period.id, current_user.person_id, *queries_bench.BENCH_VIEWS["siap"], limit=BENCH_PAGE
    )
    tally = queries_bench.tally(period.id, current_user.person_id)
    policy = queries.policy_of(period).rules
    rows = [_bench_row(row, tally, advice) for row, advice in _with_advice(people, policy)]
    return page(
        T + "set_many.html",
        period=period,
        policy=policy,
        rows=[row for row in rows if not row["missing"]],
        waiting=[row for row in rows if row["missing"]],
        warnings=[
            (each, explain.pattern(each, policy, with_drafts=True)) for each in tally.organisations.values()
        ],
        left=tally.ready,
        address=address,
    )


@bp.route("/bench/<period_ref>/hand-over", methods=["GET", "POST"])
@requires(Evaluations.BENCH, Period)
def hand_over_many(period: Period) -> Any:
    """Hand over every document that was set, each by its own act, after seeing the list."""
    stand_in("rater")
    address = url_for(".bench", period_ref=period.ref)
    if request.method == "POST" and g.get("prefill") is None:
        return _each(period, actions.hand_over, _told_words, address)
    people = queries_bench.bench(
        period.id, current_user.person_id, *queries_bench.BENCH_VIEWS["ditetapkan"], limit=BENCH_PAGE
    )
    policy = queries.policy_of(period).rules
    return page(
        T + "hand_over_many.html",
        period=period,
        rows=people,
        address=address,
        due=[rules.handover_due(row.Evaluation.rated_on, policy) for row in people],
    )


def _each(period: Period, action: Callable[..., Any], said: Callable[[int], str], address: str) -> Any:
    """Run ``action`` on everybody whom the form names, each in a door of its own; say how it went.

    The form names each evaluation with the version that was shown; who has changed since is left out. Its
    once-only key counts for each of them, so that a second press acts on nobody twice.
    """
    form, named = Press(), request.form.getlist("who")[:BENCH_PAGE]
    if not form.is_complete() or not all(NAMED.fullmatch(part) for part in named):
        form.refusal = INCOMPLETE
        return refused(form, address)
    shown = dict(part.split(":", 1) for part in named)
    people = queries_bench.evaluations_named(list(shown), current_user.person_id, period.id) if shown else []
    things = [(row.Evaluation, row.Person.full_name) for row in people]
    by, at, acted, failed = caller().actor, now(), 0, []
    account_id = by.account_id or 0
    for evaluation, name in things:
        try:
            with door(evaluation):
                keys.use(account_id, key_here(evaluation.ref), at)
                if shown[evaluation.ref] != str(evaluation.version):
                    failed.append(_("%(name)s: berubah sejak daftar ini dibuka.", name=name))
                    continue
                evaluation.version += 1
                action(evaluation, by=by, at=at)
            acted += 1
        except keys.Repeated as repeated:
            form.repeated = repeated.first
        except Refused as no:
            failed.append(f"{name}: {words(no.refusal)}")
        except Busy:
            failed.append(_("%(name)s: sistem sedang sibuk, coba sekali lagi.", name=name))
    if failed:
        if len(failed) > TOLD_AT_ONCE:
            # The message travels in a cookie, which holds 4 KB.
            more = len(failed) - TOLD_AT_ONCE
            failed[TOLD_AT_ONCE:] = [_("Dan %(n)s orang lagi.", n=more)]
        text = _("Belum diproses: %(list)s", list=" ".join(failed))
        flash(f"{said(acted)} {text}" if acted else text, "warn")
    elif form.repeated is not None:
        return done(said(acted), address, form)
    else:
        flash(said(acted) if acted else _("Tidak ada yang perlu diproses."), "good")
    return redirect(address, 303)


def _set_words(n: int) -> str:
    return ngettext(
        "%(num)s predikat ditetapkan. Dokumennya belum disampaikan.",
        "%(num)s predikat ditetapkan. Dokumennya belum disampaikan.",
        n,
    )


def _told_words(n: int) -> str:
    return ngettext("%(num)s dokumen disampaikan.", "%(num)s dokumen disampaikan.", n)


# ----------------------------------------------------------------------------------------- organisation


@bp.route("/organisations/<period_ref>/<unit_ref>", methods=["GET", "POST"])
@requires(Evaluations.RATE_ORGANISATION, Unit)
def rate_organisation(unit: Unit, period_ref: str) -> Any:
    """Set an organisation's rating, before its people's (Y-34)."""
    period = find(Period, period_ref, Evaluations.PERIOD)
    if period.region_id != unit.region_id:
        abort(404)
    led = queries_bench.led(period, unit)
    me = current_user.person_id
    leads = led.head is not None and me is not None and led.head.appraiser_id == me
    manages = any(grant.region_id == unit.region_id for grant in current_user.granted(access.REGION_HR))
    if not leads and not manages:
        abort(404)
    stand_in("rater" if leads else "hr")
    by_hr = not leads
    form = OrganisationForm().offer()
    if not by_hr:
        del form.document
    if form.accepts(_rate_organisation, period, unit, by_hr=by_hr):
        return done(
            _("Capaian kinerja organisasi %(unit)s dicatat.", unit=unit.name),
            url_for(".rate_organisation", period_ref=period.ref, unit_ref=unit.ref),
            form,
        )
    if form.status == 409:
        led = queries_bench.led(period, unit)
    beside(form)
    refusal = rules.why_not_rate_organisation(
        period_open=period.state is PeriodState.OPEN,
        heads_it=led.head is not None and me is not None and led.head.person_id == me,
        handed_over=led.told,
        by_hr=by_hr,
    )
    return page(
        T + "organisation.html",
        period=period,
        unit=unit,
        led=led,
        by_hr=by_hr,
        form=form,
        refusal=refusal,
        ratings=queries_bench.ratings_of_organisation(period.id, unit.id),
        figures=queries_bench.figures(period.id, unit.id, led.policy.rules.advice.cap),
        pattern=led.policy.rules.pattern,
        day=today(),
    )


def _rate_organisation(period: Period, unit: Unit, *, document: str = "", **fields: Any) -> Any:
    return actions.rate_organisation(period, unit, document=document, **fields)
