"""The region's own policy: what holds, a draft by forms, its differences, its adoption."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, abort, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.extensions import db
from portal.kernel.refusal import Refusal
from portal.people.organisation.models import Region
from portal.policy.cycles.rights import managed_regions
from portal.policy.drafting import actions, queries, rules
from portal.policy.drafting.forms import AdoptForm, BeginForm, form_of
from portal.policy.drafting.models import PolicyDraft
from portal.policy.drafting.rights import Drafting
from portal.policy.policies.checks import warnings
from portal.policy.policies.inheritance import differences
from portal.policy.policies.rules import LEGAL_STANDINGS, WORKING, SourceMark
from portal.policy.policies.sentences import called, grouped, note_words, said, worded
from portal.policy.policies.values import settings_of
from portal.web.answers import done, page, refused
from portal.web.forms import Form, Press
from portal.web.frame import stand_in
from portal.web.labels import label
from portal.web.rights import requires

bp = Blueprint("drafting", __name__, url_prefix="/hr/policy")
T = "policy/drafting/"


def _why_not(found: queries.Drafted) -> Refusal | None:
    refusal = rules.why_not_adopt(found.problems, len(found.changed))
    return worded(refusal) if refusal is not None else None


def _word_refusal(form: Form) -> None:
    if form.refusal is not None:
        form.refusal = worded(form.refusal)


def _counted(found: queries.Drafted) -> str:
    """Which days the draft's internal deadlines count."""
    setting = settings_of(found.document).get("deadline.counted")
    return str(setting["value"]) if setting else WORKING


def _said(name: str, setting: Any) -> str:
    """A setting's value in words."""
    return said(name, setting["value"])


def _region() -> Region:
    stand_in("hr")
    return db.session.get_one(Region, managed_regions(current_user)[0])


def _draft() -> PolicyDraft:
    """The draft of the caller's region; without one the address doesn't exist."""
    draft = queries.draft_of(_region().id)
    if draft is None:
        abort(404)
    return draft


@bp.route("")
@requires(Drafting.DRAFT)
def index() -> Any:
    """What holds in the region, and the draft with every setting that can be stated."""
    region = _region()
    draft = queries.draft_of(region.id)
    current = queries.adopted(region.id)
    above = queries.national()
    found = queries.drafted(draft.own) if draft is not None else None
    return page(
        T + "index.html",
        region=region,
        draft=draft,
        current=current,
        national=above.rules,
        shipped=queries.shipped_for(region),
        found=found,
        rows=grouped(_rows(found)) if found is not None else [],
        called=called,
        edits=rules.EDITORS,
        wrong=[(each.anchor, worded(each)) for each in found.problems] if found is not None else [],
        why_not=_why_not(found) if found is not None else None,
    )


def _rows(found: queries.Drafted) -> list[dict[str, Any]]:
    """Every setting that can be stated, with what holds above and what the draft states."""
    own, above = queries.stated(found.own), settings_of(found.above)
    changed = {each.name for each in found.changed}
    order = [
        *settings_of(found.document),
        *(name for name in rules.EDITORS if name not in settings_of(found.document)),
    ]
    return [
        {
            "key": name,
            "name": called(name),
            "above": _said(name, above[name]) if name in above else None,
            "own": _said(name, own[name]) if name in own else None,
            "mark": label(SourceMark(own[name]["mark"])) if name in own else None,
            "note": own[name].get("note") if name in own else None,
            "differs": name in changed,
            "edits": name in rules.EDITORS,
        }
        for name in order
        if name in rules.EDITORS or name in own
    ]


@bp.route("/begin", methods=["POST"])
@requires(Drafting.DRAFT)
def begin() -> Any:
    """Begin a draft from one of the offered sources."""
    form = BeginForm()
    if form.accepts(actions.begin, _region()):
        return done(
            _("Rancangan dibuka. Ubah pengaturan yang berbeda di daerah Anda."), url_for(".index"), form
        )
    return refused(form, url_for(".index"))


@bp.route("/settings/<setting_name>", methods=["GET", "POST"])
@requires(Drafting.DRAFT)
def setting(setting_name: str) -> Any:
    """State one setting."""
    draft = _draft()
    if rules.why_not_edit(setting_name) is not None:
        abort(404)
    found = queries.drafted(draft.own)
    own, above = queries.stated(found.own).get(setting_name), settings_of(found.above).get(setting_name)
    form = form_of(setting_name, _counted(found))(draft, own, above)
    if form.accepts(actions.state, draft, name=setting_name):
        return done(
            _("%(setting)s disimpan dalam rancangan.", setting=called(setting_name)), url_for(".index"), form
        )
    _word_refusal(form)
    return page(
        T + "setting.html",
        form=form,
        draft=draft,
        name=called(setting_name),
        key=setting_name,
        above=_said(setting_name, above) if above else None,
        note=note_words(str(above["note"])) if above else None,
        stated=own is not None,
    )


@bp.route("/settings/<setting_name>/take-back", methods=["POST"])
@requires(Drafting.DRAFT)
def take_back(setting_name: str) -> Any:
    """Let the national rule hold again."""
    draft = _draft()
    if setting_name not in queries.stated(draft.own):
        abort(404)
    form = Press(draft)
    if form.accepts(actions.take_back, draft, name=setting_name):
        return done(
            _("%(setting)s mengikuti aturan nasional lagi.", setting=called(setting_name)),
            url_for(".index"),
            form,
        )
    return refused(form, url_for(".index"))


@bp.route("/drop", methods=["POST"])
@requires(Drafting.DRAFT)
def drop() -> Any:
    """Give the draft up."""
    form = Press()
    if form.accepts(actions.drop, _draft()):
        return done(_("Rancangan dihapus. Yang berlaku tidak berubah."), url_for(".index"), form)
    return refused(form, url_for(".index"))


@bp.route("/adopt", methods=["GET", "POST"])
@requires(Drafting.DRAFT)
def adopt() -> Any:
    """Adopt the draft by a decree."""
    draft = _draft()
    found = queries.drafted(draft.own)
    current = queries.adopted(draft.region_id)
    adoption = draft.own.get("adoption", {})
    form = AdoptForm(
        draft,
        name=draft.own["name"],
        adopted_by=adoption.get("adopted_by", ""),
        legal_standing=adoption.get("legal_standing", LEGAL_STANDINGS[1]),
    )
    if form.accepts(actions.adopt, draft):
        return done(
            _("Kebijakan ditetapkan. Periode yang dibuka sesudah ini dapat memakainya."),
            url_for(".index"),
            form,
        )
    _word_refusal(form)
    return page(
        T + "adopt.html",
        form=form,
        draft=draft,
        found=found,
        current=current,
        since=differences(json.loads(current.document), found.document) if current is not None else [],
        called=called,
        said=_said,
        warnings=warnings(found.rules) if found.rules is not None else [],
        why_not=_why_not(found),
    )
