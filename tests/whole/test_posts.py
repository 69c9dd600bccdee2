"""Every form of the portal without what tells a first send from a second, or an old page from a new one.

Each address that takes a form is listed here with what it carries: one that isn't listed fails, so that none
can be forgotten (decisions 1, 2 and 14.18).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import select

from portal.extensions import db
from portal.web.rights import guarded_routes
from tests.support.client import Page
from tests.support.matrix import ROLES, Matrix
from tests.whole.test_bad_input import pages_with_forms, posts, typed_fields

NO_KEY = {"accounts.sign_in", "activation.activate", "activation.first"}
"""Signing in is nobody's act yet: there is no account that a key could belong to. A code is used up."""

VERSIONED = {
    "agreements.change_goal",
    "agreements.change_indicator",
    "agreements.document",
    "agreements.remove_goal",
    "agreements.remove_indicator",
    "agreements.reopen",
    "agreements.set_agreement",
    "agreements.table",
    "agreements.take_table",
    "dialogues.change",
    "dialogues.confirm",
    "dialogues.finish",
    "dialogues.reopen",
    "drafting.adopt",
    "drafting.setting",
    "drafting.take_back",
    "goals.agree",
    "goals.bring",
    "goals.change_contribution",
    "goals.decline",
    "goals.edit",
    "goals.end",
    "goals.propose",
    "goals.remove_contributor",
    "goals.reopen",
    "goals.run",
    "goals.withdraw",
    "evaluations.hand_over",
    "evaluations.rate",
    "evaluations.re_rate",
    "evaluations.receive",
    "evaluations.reopen_report",
    "evaluations.report",
    "evaluations.save_row",
    "evaluations.set_rating",
    "hr_desk.absence",
    "hr_desk.not_obliged",
    "hr_desk.undo_absence",
    "hr_desk.undo_not_obliged",
    "objections.decide",
    "objections.explain",
    "objections.substitute",
    "objections.withdraw",
    "plans.agree",
    "plans.approach",
    "plans.attachments",
    "plans.behaviour",
    "plans.change",
    "plans.change_indicator",
    "plans.drop_change",
    "plans.change_result",
    "plans.remove_indicator",
    "plans.remove_result",
    "plans.return_with_notes",
    "plans.review",
    "plans.review_return",
    "plans.set_plan",
    "plans.share_matrix",
    "plans.sign",
    "plans.submit",
    "plans.substitute",
    "plans.withdraw",
    "plans.write_manual",
    "programmes.change",
    "programmes.correct",
    "programmes.end",
    "programmes.name_owner",
    "programmes.reopen",
    "programmes.withdraw",
    "progress.change_entry",
    "progress.change_step",
    "progress.move_step",
    "progress.restore_entry",
    "progress.withdraw_entry",
    "services.batch",
    "services.correct",
    "services.drop",
    "services.edit",
    "services.edit_indicator",
    "surveys.close",
    "surveys.extend",
    "surveys.open_",
    "surveys.redraw",
}
"""Forms that change or move a thing which has a version: they carry the one that was shown."""

NAMED_WITH_VERSION = {"evaluations.hand_over_many", "evaluations.set_many"}
"""Lists: each thing is named together with its version."""

ONCE_ONLY = {
    "accounts.change_password": "the old password is asked for",
    "accounts.choose_language": "the choice itself",
    "accounts.end_session": "ends once",
    "accounts.sign_out": "ends once",
    "activation.print_slips": "adds; a newer slip ends the older one",
    "admin_desk.retry_job": "by its state",
    "agreements.add_goal": "adds",
    "agreements.add_indicator": "adds",
    "agreements.start": "adds; a second one is the first",
    "assistance.appoint": "adds; a second one at that time is refused",
    "assistance.begin": "the choice itself",
    "assistance.confirm": "carries how many steps were shown",
    "assistance.end": "ends once",
    "assistance.stop": "ends once",
    "colleagues.answer": "by its state; answers once",
    "colleagues.ask": "adds; a second one to the same person is refused",
    "colleagues.decline": "by its state",
    "colleagues.end_lead": "ends once",
    "colleagues.lead_feedback": "adds",
    "colleagues.leads": "adds; the same one is refused",
    "colleagues.recommend": "adds; the earlier ones stay",
    "colleagues.withdraw": "by its state",
    "dialogues.write": "adds",
    "dialogues.write_results": "adds",
    "drafting.begin": "adds; a second one is refused",
    "drafting.drop": "ends once",
    "evaluations.rate_organisation": "adds a rating; the earlier ones stay",
    "exchange.period": "adds a comparison that changes no rating",
    "goals.add_contributor": "adds; the same unit is refused",
    "goals.correct": "adds; an entry is corrected once",
    "goals.drop": "ends once",
    "goals.new": "adds",
    "goals.record": "adds; the earlier ones stay",
    "goals.refer": "adds; a line refers to one goal",
    "goals.say": "adds",
    "grants.end": "ends once",
    "grants.give": "adds; the same one at that time is refused",
    "hr_desk.close_period": "by its state",
    "hr_desk.new_cycle": "adds",
    "hr_desk.open_period": "by its state",
    "hr_desk.rechain": "carries the digest of the differences that were shown",
    "hr_desk.rate_organisation": "adds a rating; the earlier ones stay",
    "imports.apply": "by its state, and refused when the structure changed since the preview",
    "imports.drop": "by its state",
    "imports.index": "keeps a table that somebody must apply",
    "imports.undo": "by its state, and refused when the structure changed since",
    "legacy.apply": "by its state, and refused when the earlier years changed since the preview",
    "legacy.drop": "by its state",
    "legacy.imports": "keeps a file that somebody must apply",
    "legacy.undo": "by its state, and refused when a later file took the place of its years",
    "objections.file": "adds; a second one at a time is refused",
    "plans.add_indicator": "adds",
    "plans.add_note": "adds",
    "plans.add_result": "adds",
    "plans.answer_note": "one writer, one answer",
    "plans.matrix_row": "one writer",
    "plans.review_note": "adds",
    "plans.remove_note": "ends once",
    "plans.start": "adds",
    "plans.take_goal": "adds; a goal is taken once",
    "plans.team_expectations": "one writer",
    "programmes.answer": "answers once",
    "programmes.close_repair": "ends once",
    "programmes.make": "adds",
    "programmes.note": "adds; a second one that waits is refused",
    "programmes.paste": "adds; somebody who is recorded already is refused",
    "programmes.record": "adds; somebody who is recorded already is refused",
    "programmes.repair": "adds; a second open one is refused",
    "progress.add_entry": "adds",
    "progress.add_step": "adds",
    "progress.agree_steps": "by the steps that were shown",
    "progress.give_feedback": "adds",
    "progress.reply": "answers once",
    "publications.discard": "by its state",
    "publications.new": "adds a draft that somebody else must publish",
    "publications.publish": "by its state; what is published can't be changed",
    "publications.withdraw": "by its state",
    "recomputations.resume": "by its state",
    "recomputations.start": "adds; a second one is refused while the first is at work; no rating changes",
    "recomputations.stop": "by its state",
    "service_figures.release": "carries the digest of what was shown",
    "services.enter": "adds; a second value of a period is refused",
    "services.new": "adds",
    "services.new_indicator": "adds",
    "services.upload": "keeps a table that somebody must apply",
    "surveys.about_me": "adds; the same one changes nothing",
    "surveys.answer": "by its state; an answer is sent once",
    "surveys.arrange": "adds; a second one is refused",
    "surveys.add_rater": "adds; the same one is refused",
    "surveys.refuse": "by its state",
    "surveys.release": "by its state",
    "structure.close": "dated; ends once",
    "structure.close_position": "dated; ends once",
    "structure.delegate": "dated; two at a time are refused",
    "structure.end_absence": "dated; ends once",
    "structure.end_delegation": "dated; ends once",
    "structure.end_tenure": "dated; ends once",
    "structure.merge": "dated; a unit that has ended is refused",
    "structure.move": "dated; the earlier places stay",
    "structure.new_absence": "dated; two at a time are refused",
    "structure.new_position": "adds",
    "structure.new_tenure": "dated; two at a time are refused",
    "structure.new_unit": "adds; a code that is taken is refused",
    "structure.rename": "dated; the earlier names stay",
    "structure.split": "dated; a unit that has ended is refused",
}
"""Forms about things without a version, with what keeps an old page from undoing a new one."""

WORDS = "penanda formulirnya hilang"


def routes(observed: Matrix) -> Iterator[tuple[str, str, str]]:
    """Endpoint, address and a role that may send, of every address that takes a form."""
    for rule, _mark in guarded_routes(observed.app):
        if "POST" in (rule.methods or ()) and rule.endpoint not in NO_KEY:
            address = observed.own.address(rule)
            assert address is not None, rule.rule
            role = observed.who(rule, "POST", [*(role for role in ROLES if role), ""])
            assert role is not None, rule.rule
            yield rule.endpoint, address, role


def everything(observed: Matrix) -> str:
    """A digest of every row of every table."""
    found = hashlib.sha256()
    with observed.app.app_context():
        for table in db.metadata.sorted_tables:
            for row in db.session.execute(select(table).order_by(*table.primary_key.columns)):
                found.update(repr(row).encode())
        db.session.rollback()
    return found.hexdigest()


def is_refused(page: Page) -> bool:
    """In words; where the page says already that it is closed, by its status."""
    return WORDS in page.html if page.status != 409 else True


def test_every_address_that_takes_a_form_is_listed(observed):
    known = NO_KEY | VERSIONED | NAMED_WITH_VERSION | set(ONCE_ONLY)
    taking = {rule.endpoint for rule, _mark in guarded_routes(observed.app) if "POST" in (rule.methods or ())}
    assert taking == known


def test_nothing_is_stored_without_its_key(observed):
    before = everything(observed)
    for endpoint, address, role in routes(observed):
        observed.undo()
        browser = observed.browser(role)
        for key in (None, "", "0", "x y", "\0" * 24, "k" * 500):
            fields = {"version": "1", "csrf_token": browser.csrf_token()}
            fields |= {} if key is None else {"once": key}
            page = browser.open("POST", address, data=fields)
            assert is_refused(page), (endpoint, key, page.status)
            browser.lint = False  # the same page again
    assert everything(observed) == before


def test_nothing_is_stored_without_its_version(observed):
    before = everything(observed)
    for endpoint, address, role in routes(observed):
        if endpoint not in VERSIONED | NAMED_WITH_VERSION:
            continue
        observed.undo()
        browser = observed.browser(role)
        for version in (None, "", "x", "-1", "1.0", "١", "\0", "9" * 40):
            name, value = "version", version
            if endpoint in NAMED_WITH_VERSION:
                name, value = "who", f"{observed.own.refs['evaluation_ref']}:{version or ''}"
            fields = {} if version is None and name == "version" else {name: value}
            page = browser.post(address, fields)
            assert is_refused(page), (endpoint, version, page.status)
            browser.lint = False  # the same page again
    assert everything(observed) == before


def test_what_was_typed_is_kept(observed):
    """The form comes back filled, and goes through when it is sent again."""
    tried = 0
    for _role, page in pages_with_forms(observed):
        for form in posts(page):
            names = [name for name in typed_fields(form) if "password" not in name and name != "login"]
            if not names or "once" not in form.fields or "hx-post" in form.node:
                continue
            for name in names:
                form.fields[name] = f"Tertulis pada {name}"
            del form.fields["once"]
            answer = form.send(follow=False)
            assert answer.status == 409 and WORDS in answer.text, form.action
            (again, *_others) = [each for each in posts(answer) if each.action == form.action]
            kept = {name: again.fields.get(name) for name in names}
            assert kept == {name: f"Tertulis pada {name}" for name in names}, form.action
            assert len(again["once"]) >= 16
            tried += 1
    assert tried > 10
