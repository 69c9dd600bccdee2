"""Pages of dialogues: recorded by one, confirmed by the other, printed, and what follows from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.extensions import db
from portal.kernel.refusal import Refusal
from portal.people.employment.models import Person
from portal.performance.dialogues import actions, queries, rules
from portal.performance.dialogues.forms import ExpectationsForm, ResultsForm
from portal.performance.dialogues.models import Dialogue, DialogueStep
from portal.performance.dialogues.rights import Dialogues
from portal.performance.dialogues.rules import DialogueKind
from portal.performance.evaluations.models import Evaluation
from portal.performance.evaluations.queries import TOLD, of_enrolment, setting
from portal.performance.plans import queries as plans
from portal.performance.plans.models import Plan
from portal.policy.cycles.models import Enrolment
from portal.policy.cycles.names import period_name
from portal.web.answers import done, page
from portal.web.current import now, today
from portal.web.forms import Form, press
from portal.web.frame import stand_in
from portal.web.rights import requires

bp = Blueprint("dialogues", __name__, url_prefix="/dialogues")
T = "performance/dialogues/"
DONE_DAYS = 30
"""How long a step that was done stays on the list."""


def _stand(plan: Plan) -> None:
    stand_in("employee" if current_user.person_id == plan.person_id else "rater")


def _back(dialogue: Dialogue) -> str:
    """Where the record is read: with the plan, or with the period's evaluation."""
    if dialogue.enrolment_id is None:
        plan = db.session.get_one(Plan, dialogue.plan_id)
        return url_for("plans.show", plan_ref=plan.ref) + "#dialogues"
    evaluation = of_enrolment(dialogue.enrolment_id)
    assert evaluation is not None
    return url_for("evaluations.show", evaluation_ref=evaluation.ref) + "#dialogues"


def _around(dialogue: Dialogue) -> Any:
    """What is around the two: with the period's evaluation, or with the plan."""
    if dialogue.enrolment_id is None:
        return plans.setting(db.session.get_one(Plan, dialogue.plan_id))
    evaluation = of_enrolment(dialogue.enrolment_id)
    assert evaluation is not None
    return setting(evaluation)


def _form_page(form: Form, around: Any, back: str, dialogue: Dialogue | None, locked: Refusal | None) -> Any:
    of_results = not isinstance(form, ExpectationsForm)
    whole = _("Evaluasi %(period)s", period=period_name(around.period)) if of_results else _("SKP")
    return page(
        T + "write.html",
        around=around,
        form=form,
        dialogue=dialogue,
        locked=locked,
        back=back,
        whole=whole,
        of_results=of_results,
        numbers=ResultsForm.numbers,
    )


@bp.route("")
@requires(Dialogues.LIST)
def index() -> Any:
    """Records that wait for my word, and the steps that were agreed with me."""
    me = current_user.person_id
    waiting = queries.to_confirm(me)
    found = queries.steps(me, since=now() - timedelta(days=DONE_DAYS))
    mine = any(row.Plan.person_id == me for row in [*waiting, *found])
    stand_in("employee" if mine or (not found and not waiting) else "rater")
    return page(
        T + "index.html",
        waiting=waiting,
        open_steps=[row for row in found if row.DialogueStep.done is None],
        done_steps=[row for row in found if row.DialogueStep.done is not None],
        me=me,
        day=today(),
        of_results=DialogueKind.RESULTS,
    )


@bp.route("/plans/<plan_ref>/new", methods=["GET", "POST"])
@requires(Dialogues.TALK, Plan)
def write(plan: Plan) -> Any:
    """Record the dialogue on expectations (Y-14)."""
    _stand(plan)
    form = ExpectationsForm()
    back = url_for("plans.show", plan_ref=plan.ref) + "#dialogues"
    if form.accepts(actions.record_expectations, plan):
        return done(_("Dialog tercatat dan menunggu dibenarkan pihak lain."), back, form)
    return _form_page(form, plans.setting(plan), back, None, None)


@bp.route("/evaluations/<evaluation_ref>/new", methods=["GET", "POST"])
@requires(Dialogues.TALK_OF_RESULTS, Evaluation)
def write_results(evaluation: Evaluation) -> Any:
    """Record the dialogue on the results of a period (Y-39)."""
    form = ResultsForm.of()
    back = url_for("evaluations.show", evaluation_ref=evaluation.ref) + "#dialogues"
    accepted = form.accepts(actions.record_results, evaluation)
    enrolment = db.session.get_one(Enrolment, evaluation.enrolment_id)
    stand_in("employee" if current_user.person_id == enrolment.person_id else "rater")
    if accepted:
        return done(_("Dialog tercatat dan menunggu dibenarkan pihak lain."), back, form)
    locked = rules.why_not_talk_of_results(evaluation.state in TOLD, enrolment.plan_id is not None)
    return _form_page(form, setting(evaluation), back, None, locked)


@bp.route("/<dialogue_ref>", methods=["GET", "POST"])
@requires(Dialogues.TALKED, Dialogue)
def change(dialogue: Dialogue) -> Any:
    """Mend a record that isn't confirmed by both."""
    plan = db.session.get_one(Plan, dialogue.plan_id)
    _stand(plan)
    of_results = dialogue.kind is DialogueKind.RESULTS
    form: Form = ResultsForm.of(dialogue) if of_results else ExpectationsForm(dialogue)
    form.about = plan
    back = _back(dialogue)
    if form.accepts(actions.change, dialogue):
        return done(_("Dialog tercatat dan menunggu dibenarkan pihak lain."), back, form)
    return _form_page(form, _around(dialogue), back, dialogue, actions.why_not_change(dialogue))


@bp.route("/<dialogue_ref>/confirm", methods=["POST"])
@requires(Dialogues.TALKED, Dialogue)
def confirm(dialogue: Dialogue) -> Any:
    """Say that it was so."""
    return press(actions.confirm, dialogue, _("Catatan dialog Anda benarkan."), _back(dialogue))


@bp.route("/<dialogue_ref>/document")
@requires(Dialogues.TALKED, Dialogue)
def document(dialogue: Dialogue) -> Any:
    """The record as a sheet, with both signatures' places."""
    plan = db.session.get_one(Plan, dialogue.plan_id)
    _stand(plan)
    return page(
        T + "document.html",
        around=_around(dialogue),
        dialogue=dialogue,
        appraiser=db.session.get(Person, dialogue.appraiser_id) if dialogue.appraiser_id else None,
        of_results=dialogue.kind is DialogueKind.RESULTS,
        parts=rules.PARTS[dialogue.kind],
        back=_back(dialogue),
    )


@bp.route("/steps/<dialogue_step_ref>/finish", methods=["POST"])
@requires(Dialogues.STEP, DialogueStep)
def finish(step: DialogueStep) -> Any:
    """Mark an agreed step as done."""
    return press(actions.mark_step, step, _("Langkah ditandai selesai."), url_for(".index"), done=True)


@bp.route("/steps/<dialogue_step_ref>/reopen", methods=["POST"])
@requires(Dialogues.STEP, DialogueStep)
def reopen(step: DialogueStep) -> Any:
    """Mark it as open again."""
    return press(actions.mark_step, step, _("Langkah dibuka lagi."), url_for(".index"), done=False)
