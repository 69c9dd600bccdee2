"""Changes within a running period: chains computed anew, and the mark "has no duty" taken back.

The comparison with the structure is asked for and not made at every look at the page: it reads a whole
region, in the same number of statements however large it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import wtforms
from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select

from portal.desks.hr_base import T, bp
from portal.desks.hr_rights import Managing
from portal.extensions import db
from portal.people.chain.rules import GAP_TOP, GAPS
from portal.people.employment.models import Person
from portal.people.organisation.models import Position
from portal.performance.evaluations import actions as evaluations
from portal.performance.evaluations import queries as evaluation_queries
from portal.performance.evaluations import rules as evaluation_rules
from portal.performance.evaluations.models import Evaluation
from portal.policy.cycles.models import Period
from portal.policy.cycles.names import period_name
from portal.policy.cycles.rechain import Difference, Differences, day_of, differences
from portal.policy.cycles.rights import Cycles, managed_regions
from portal.policy.cycles.rules import Change, PeriodState, why_not_rechain
from portal.web.answers import done, page, words
from portal.web.current import today
from portal.web.fields import TextField, required
from portal.web.formats import formats
from portal.web.forms import Form
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import requires

SHOWN = 200
"""Differences listed by name; the counts are of all."""


@bp.route("/chain")
@requires(Cycles.OPEN_CYCLE)
def chains() -> Any:
    """The open periods whose chains can be computed anew after the structure changed."""
    stand_in("hr")
    periods = db.session.scalars(
        select(Period)
        .where(Period.region_id.in_(managed_regions(current_user)), Period.state == PeriodState.OPEN)
        .order_by(Period.begins)
    ).all()
    return page(T + "chains.html", rows=[(each, period_name(each)) for each in periods])


class RechainForm(Form):
    """Apply what was looked at."""

    seen = wtforms.HiddenField(validators=[required(_l("Bandingkan dahulu dengan struktur."))])


class UndoForm(Form):
    """Why the mark is taken back."""

    compares = False

    reason = TextField(
        _l("Alasan"),
        [required()],
        limit=300,
        description=_l("Misalnya: surat CLTN ternyata untuk orang lain, atau masanya sudah berakhir."),
    )


@bp.route("/periods/<period_ref>/chain", methods=["GET", "POST"])
@requires(Cycles.RUN_PERIOD, Period)
def rechain(period: Period) -> Any:
    """Compute an open period's chains anew: look at the differences, then apply them."""
    stand_in("hr")
    here = url_for("hr_desk.rechain", period_ref=period.ref)
    form = RechainForm()
    if form.accepts(evaluations.rechain, period):
        return done(
            _("Rantai penilai %(period)s sudah sesuai dengan struktur.", period=period_name(period)),
            here,
            form,
        )
    refusal = why_not_rechain(period.state)
    day = day_of(period, today())
    asked = request.method == "POST" or bool(request.args.get("compare"))
    found = None
    if asked and refusal is None:
        found = differences(period, today(), evaluation_queries.told_enrolments(period.id))
    return page(
        T + "rechain.html",
        period=period,
        name=period_name(period),
        form=form,
        refusal=refusal,
        found=found,
        counts=[(label(change), found.count(change)) for change in Change] if found else [],
        rows=_rows(found) if found else [],
        compare_url=url_for("hr_desk.rechain", period_ref=period.ref, compare="ya"),
        day=day,
        back=url_for("hr_desk.period", period_ref=period.ref),
    )


def _rows(found: Differences) -> list[dict[str, Any]]:
    """The first differences in words, by kind."""
    order = list(Change)
    shown = sorted(found.rows, key=lambda row: order.index(row.change))[:SHOWN]
    people = _named(Person, [row.person_id for row in shown] + [each for row in shown for each in _both(row)])
    posts = _named(Position, [row.position_id for row in shown])
    return [
        {
            "name": people[row.person_id].full_name,
            "post": posts[row.position_id].title,
            "change": label(row.change),
            "before": _chain_words(row.before, people),
            "after": _after_words(row, people),
        }
        for row in shown
    ]


def _both(row: Difference) -> list[int]:
    chains = [chain for chain in (row.before, row.after) if chain]
    found = [chain[name] for chain in chains for name in ("appraiser_id", "superior_id")]
    return [each for each in found if each is not None]


def _named(model: Any, ids: Sequence[int]) -> dict[int, Any]:
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(set(ids))))}


def _chain_words(chain: dict[str, Any] | None, people: dict[int, Any]) -> list[str]:
    if chain is None:
        return []
    if chain["appraiser_id"] is None:
        return [words(GAPS.get(chain["gap"] or "", GAP_TOP))]
    said = [people[chain["appraiser_id"]].full_name]
    if chain["superior_id"] is not None:
        said.append(_("atasan penilai: %(name)s", name=people[chain["superior_id"]].full_name))
    return said


def _after_words(row: Difference, people: dict[int, Any]) -> list[str]:
    said = _chain_words(row.after, people)
    if row.ends is not None:
        said.append(_("berakhir %(day)s", day=formats().plain_date(row.ends)))
    if row.reason is not None:
        said.append(_("sebab: %(reason)s", reason=label(row.reason).lower()))
    return said


@bp.route("/evaluations/<evaluation_ref>/not-obliged/undo", methods=["GET", "POST"])
@requires(Managing.EXCUSE, Evaluation)
def undo_not_obliged(evaluation: Evaluation) -> Any:
    """Take the mark "has no duty" back, with the reason, as long as nothing was evaluated."""
    stand_in("hr")
    around = evaluation_queries.setting(evaluation)
    back = url_for("hr_desk.period_people", period_ref=around.period.ref)
    form = UndoForm()
    form.version = evaluation.version
    if form.accepts(evaluations.undo_not_obliged, evaluation):
        return done(
            _("%(name)s kembali wajib SKP dan masuk hitungan periode ini.", name=around.person.full_name),
            back,
            form,
        )
    refusal = evaluation_rules.why_not_undo_not_obliged(
        evaluation.state,
        marked=around.enrolment.not_obliged is not None,
        rated=evaluation.rating_id is not None,
        period_open=around.period.state is PeriodState.OPEN,
    )
    return page(
        T + "undo_not_obliged.html",
        around=around,
        evaluation=evaluation,
        name=period_name(around.period),
        form=form,
        refusal=refusal if request.method == "GET" else None,
        back=back,
    )
