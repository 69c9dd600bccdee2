"""Pages of the closed survey: a rater's list and answer, HR's overview and corrections, the employee's part."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from flask import Blueprint, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from portal.extensions import db
from portal.kernel.texts import fold
from portal.people.assistance.rules import why_not_by_hand
from portal.performance.plans.rules import GUIDES, CoreValue
from portal.performance.surveys import actions, queries, rules
from portal.performance.surveys.forms import (
    AddForm,
    AnswerForm,
    ClosesForm,
    ExcludeForm,
    ReasonForm,
    RefuseForm,
)
from portal.performance.surveys.models import RatingDuty, SurveyRound
from portal.performance.surveys.rights import Surveys, others_seen
from portal.performance.surveys.rules import DutyState, RaterGroup, RoundState
from portal.policy.calendars.rules import PeriodKind
from portal.policy.cycles.models import Enrolment, Period
from portal.policy.cycles.names import period_name
from portal.policy.cycles.rules import PeriodState
from portal.policy.policies.rules import PolicyDocument
from portal.web import lists
from portal.web.answers import done, page, refused
from portal.web.current import today
from portal.web.formats import formats
from portal.web.forms import press
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import may, requires

bp = Blueprint("surveys", __name__, url_prefix="/surveys")
T = "performance/surveys/"


# ------------------------------------------------------------------------------------- a rater's part


@bp.route("")
@requires(Surveys.MINE)
def mine() -> Any:
    """What I am asked about whom, with where each stands; and the surveys about me."""
    stand_in("employee")
    return page(
        T + "mine.html",
        rows=queries.duties_of(current_user.person_id),
        own=queries.own_surveys(current_user.person_id),
        today=today(),
    )


@bp.route("/duties/<rating_duty_ref>", methods=["GET", "POST"])
@requires(Surveys.ANSWER, RatingDuty)
def answer(rating_duty: RatingDuty) -> Any:
    """Answer about one person; what will be shown to whom stands there before anything is sent (NEW-10)."""
    stand_in("employee")
    form = AnswerForm().offer(_("Belum dapat menilai"))
    step = request.form.get("step", "preview")
    if step == "send" and form.accepts(actions.send, rating_duty):
        return done(_("Terkirim. Tidak seorang pun dapat melihat jawaban siapa ini."), url_for(".mine"), form)
    preview = False
    if request.method == "POST" and g.get("prefill") is None and step != "send" and form.is_complete():
        preview = step == "preview" and form.validate() and _is_answer(form)
        form.status = 200 if preview or step == "edit" else 422
    row = queries.duty(rating_duty.ref)
    policy = queries.policy_of(row.Period.id)
    return page(
        T + ("preview.html" if preview else "answer.html"),
        row=row,
        form=form,
        policy=policy,
        guides=[" ".join(_(guide) for guide in GUIDES[value]) for value in CoreValue],
        telling=rules.telling(form.comment.data or "", _names(row)) if preview else [],
        locked=why_not_by_hand(current_user.actor.typist_id)
        or rules.why_not_answer(
            row.SurveyRound.state, rating_duty.state, closes=row.SurveyRound.closes, today=today()
        ),
        refusing=RefuseForm().offer() if not preview else None,
    )


def _is_answer(form: AnswerForm) -> bool:
    form.refusal = rules.why_not_send(form.marks())
    return form.refusal is None


def _names(row: Any) -> list[str]:
    """Names by which a comment would point at people: of whoever writes, and of whom it is about."""
    return [current_user.actor.name, row.Person.full_name]


@bp.route("/duties/<rating_duty_ref>/refuse", methods=["POST"])
@requires(Surveys.ANSWER, RatingDuty)
def refuse(rating_duty: RatingDuty) -> Any:
    """Say that one can't judge this person."""
    form = RefuseForm().offer()
    if form.accepts(actions.refuse, rating_duty):
        return done(
            _("Tercatat. Pengelola kinerja tahu sebabnya; yang dinilai tidak."), url_for(".mine"), form
        )
    return page(T + "refuse.html", row=queries.duty(rating_duty.ref), form=form)


# ------------------------------------------------------------------------------------- the employee's


@bp.route("/about-me/<enrolment_ref>", methods=["GET", "POST"])
@requires(Surveys.EXCLUDE, Enrolment)
def about_me(enrolment: Enrolment) -> Any:
    """What is asked about me and what will be seen of it; name a colleague who shouldn't judge."""
    stand_in("employee")
    period, policy, found, _due = queries.scene(enrolment.period_id)
    around = queries.around(enrolment)
    excluded = queries.excluded_by(enrolment.id)
    gone = {row.Person.id for row in excluded}
    peers = queries.people([p.person_id for p in around.groups[RaterGroup.PEER] if p.person_id not in gone])
    form = ExcludeForm().offer(peers)
    if form.accepts(actions.exclude, enrolment):
        return done(
            _("Tercatat. Rekan itu tidak akan ditanya tentang Anda."),
            url_for(".about_me", enrolment_ref=enrolment.ref),
            form,
        )
    return page(
        T + "about_me.html",
        found=found,
        period=period,
        enrolment=enrolment,
        policy=policy,
        peers=peers,
        below=len(around.groups[RaterGroup.SUBORDINATE]),
        excluded=excluded,
        form=form,
        locked=rules.why_not_exclude(found.state if found else RoundState.CLOSED, excluded=len(excluded)),
        most=rules.MAX_EXCLUDED,
    )


# ----------------------------------------------------------------------------------------------- HR's


@bp.route("/periods/<period_ref>")
@requires(Surveys.SEE, Period)
def period(period: Period) -> Any:
    """The survey of a period: how far it is, who is asked about whom; never what was answered."""
    stand_in("hr")
    _period, policy, found, rating_due = queries.scene(period.id)
    scope = others_seen(current_user)
    given: dict[str, Any] = {}
    if found is not None and found.state is not RoundState.ARRANGING:
        people = queries.judged_people(
            found,
            scope,
            q=fold(lists.words("q")),
            view=lists.argument("tampil", queries.VIEWS),
            **lists.marks(),
        )
        given = {
            "people": people,
            "progress": queries.progress(found, scope),
            "pager": lists.pager(people, ("q", "tampil")),
            "count": _count(people),
        }
    return page(
        T + "period.html",
        period=period,
        name=period_name(period),
        found=found,
        policy=policy,
        runs=may(Surveys.ARRANGE, period),
        why_not=_why_not_arrange(period, policy, found),
        form=ClosesForm(found),
        reasoned=ReasonForm(found),
        sealed_word=rules.sealed_word(found.lot) if found else "",
        cannot_close=rules.why_not_close(
            found.state, opened=found.opened, waiting=given["progress"].of(DutyState.WAITING), today=today()
        )
        if found is not None and "progress" in given
        else None,
        q=lists.words("q"),
        view=lists.argument("tampil", queries.VIEWS),
        views=[
            ("", _("Semua")),
            ("kurang", _("Masih menunggu jawaban")),
            ("menolak", _("Ada yang menolak")),
            ("kecil", _("Kelompok terlalu kecil")),
        ],
        today=today(),
        rating_due=rating_due,
        asked=_asked_span(period, policy),
        **given,
    )


def _asked_span(period: Period, policy: Any) -> Any:
    """The first and the last day that are asked about; nothing where there is no survey."""
    found = rules.span(policy.cadence, period.begins, period.ends) if policy and policy.survey else None
    return (found[0], found[1] - timedelta(days=1)) if found else None


def _why_not_arrange(period: Period, policy: Any, found: SurveyRound | None) -> Any:
    if policy is None:
        return rules.why_not_open(RoundState.CLOSED, asked=0, today=today())
    return rules.why_not_arrange(
        policy,
        begins=period.begins,
        ends=period.ends,
        yearly=period.kind is PeriodKind.YEAR,
        is_open=period.state is PeriodState.OPEN,
        there=found is not None,
    )


def _count(people: lists.Slice) -> str:
    number = formats().number(people.most if people.capped else people.total)
    if people.capped:
        return _("lebih dari %(n)s orang", n=number)
    return ngettext("%(num)s orang", "%(num)s orang", people.total)


def _address(found: SurveyRound) -> str:
    return url_for(".period", period_ref=db.session.get_one(Period, found.period_id).ref)


@bp.route("/periods/<period_ref>/arrange", methods=["POST"])
@requires(Surveys.ARRANGE, Period)
def arrange(period: Period) -> Any:
    """Let it be drawn who is asked about whom."""
    message = _("Undian berjalan. Halaman ini menampilkan hasilnya begitu selesai.")
    return press(actions.arrange, period, message, url_for(".period", period_ref=period.ref))


@bp.route("/<survey_round_ref>/redraw", methods=["POST"])
@requires(Surveys.RUN, SurveyRound)
def redraw(survey_round: SurveyRound) -> Any:
    """Draw the lot once more, before anybody is asked."""
    form, address = ReasonForm(survey_round), _address(survey_round)
    if form.accepts(actions.redraw, survey_round):
        return done(_("Undian diulang. Halaman ini menampilkan hasilnya begitu selesai."), address, form)
    return refused(form, address)


@bp.route("/<survey_round_ref>/open", methods=["POST"])
@requires(Surveys.RUN, SurveyRound)
def open_(survey_round: SurveyRound) -> Any:
    """Open the survey until a day."""
    form, address = ClosesForm(survey_round), _address(survey_round)
    if form.accepts(actions.open_survey, survey_round):
        return done(_("Survei dibuka. Yang ditanya melihatnya di berandanya."), address, form)
    return refused(form, address)


@bp.route("/<survey_round_ref>/extend", methods=["POST"])
@requires(Surveys.RUN, SurveyRound)
def extend(survey_round: SurveyRound) -> Any:
    """Move the last day."""
    form, address = ClosesForm(survey_round), _address(survey_round)
    if form.accepts(actions.extend, survey_round):
        return done(_("Hari terakhir diubah."), address, form)
    return refused(form, address)


@bp.route("/<survey_round_ref>/close", methods=["POST"])
@requires(Surveys.RUN, SurveyRound)
def close(survey_round: SurveyRound) -> Any:
    """Close the survey before its last day."""
    message = _("Survei ditutup. Jawabannya sedang dihitung, lalu kuncinya dimusnahkan.")
    return press(actions.close, survey_round, message, _address(survey_round))


@bp.route("/people/<enrolment_ref>")
@requires(Surveys.RATERS, Enrolment)
def raters(enrolment: Enrolment) -> Any:
    """Who is asked about one person and who has answered; HR mends the list here."""
    return _raters(enrolment, AddForm())


@bp.route("/people/<enrolment_ref>/add", methods=["POST"])
@requires(Surveys.CORRECT, Enrolment)
def add_rater(enrolment: Enrolment) -> Any:
    """Ask one more about somebody."""
    policy = queries.policy_of(enrolment.period_id)
    around, gone = queries.around(enrolment), frozenset[int]().union(*queries.named(enrolment))
    form = AddForm().offer(_free(around, policy, gone))
    if form.accepts(actions.add_rater, enrolment):
        named = {"rater": form.chosen.full_name, "rated": queries.judged_person(enrolment).Person.full_name}
        message = _("%(rater)s kini ditanya tentang %(rated)s.", **named)
        return done(message, url_for(".raters", enrolment_ref=enrolment.ref), form)
    return _raters(enrolment, form)


def _free(around: queries.Around, policy: PolicyDocument, gone: Collection[int]) -> list[tuple[Any, str]]:
    """Who could be asked about somebody and wasn't yet, each with the word of their group."""
    groups = {
        each.person_id: group
        for group in rules.askable(around.sizes, policy)
        for each in around.groups[group]
        if each.person_id not in gone
    }
    return [(person, label(groups[person.id])) for person in (queries.people(list(groups)) if groups else ())]


def _raters(enrolment: Enrolment, form: AddForm) -> Any:
    stand_in("hr")
    corrects = may(Surveys.CORRECT, enrolment)
    asked = queries.asked_about(enrolment.id)
    excluded = queries.excluded_by(enrolment.id)
    row = queries.judged_person(enrolment)
    around = queries.around(enrolment)
    policy = row.PolicyVersion.rules if row.PolicyVersion is not None else None
    if not form.rater.choices:
        gone = {each.Person.id for each in (*asked, *excluded)}
        form.offer(_free(around, policy, gone) if corrects and policy is not None else [])
    return page(
        T + "raters.html",
        row=row,
        enrolment=enrolment,
        asked=asked,
        excluded=excluded,
        form=form,
        corrects=corrects and row.SurveyRound is not None,
        open_states=(RoundState.ARRANGED, RoundState.RUNNING),
        waiting=DutyState.WAITING,
        reasoned=ReasonForm(),
        closed=policy is None or not rules.askable(around.sizes, policy),
        sizes=around.sizes,
        least=policy.least_answers if policy is not None else 0,
        word=rules.word_of(row.SurveyRound.lot, around.circle) if row.SurveyRound and around.circle else "",
    )


@bp.route("/duties/<rating_duty_ref>/release", methods=["POST"])
@requires(Surveys.RELEASE, RatingDuty)
def release(rating_duty: RatingDuty) -> Any:
    """Take somebody off the list who hasn't answered, with a reason."""
    form = ReasonForm()
    enrolment = db.session.get_one(Enrolment, rating_duty.enrolment_id)
    address = url_for(".raters", enrolment_ref=enrolment.ref)
    if form.accepts(actions.release, rating_duty):
        return done(_("Orang ini tidak lagi ditanya."), address, form)
    return refused(form, address)
