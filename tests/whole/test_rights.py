"""Role × address × own and others' things: everything is asked for in everybody's name (trust, promise 2)."""

from __future__ import annotations

import pytest

from portal.cli import docs
from portal.web.rights import guarded_routes
from tests.support import matrix
from tests.support.matrix import FORBIDDEN, ROLES, SIGN_IN, UNKNOWN, YES, Row

STRANGERS = ("other", "other_hr")
HERE = [role for role in ROLES if role and role not in STRANGERS]
NATIONAL = {"policies.read", "areas.retry_job"}
"""Rights on things that belong to no region: the rules, and what the installation does."""
ADMINISTRATORS = {"grants.give", "grants.end"}
"""Rights on accounts and grants, which an administrator has without knowing of anybody's work."""

INVITED = {"colleagues.answer", "colleagues.lead"}
"""What a colleague may who was asked for feedback, or leads the team of one line: that page and nothing else."""
TOGETHER = {"goals.read"}
"""What a colleague reads of a goal that both work for: it is the unit's, not hers."""


@pytest.fixture(scope="module")
def rows(observed) -> list[Row]:
    return observed.rows()


@pytest.fixture(scope="module")
def about_things(observed, rows) -> list[Row]:
    """Rows of addresses that name a thing."""
    marks = {rule.endpoint: mark for rule, mark in guarded_routes(observed.app)}
    return [row for row in rows if marks[row.endpoint] and marks[row.endpoint][1] is not None]


def told(rows: list[Row], role: str) -> list[str]:
    return [f"{row.method} {row.address} -> {row.got[role]}" for row in rows]


def test_is_the_table_in_the_document(rows):
    """A difference is either a fault or a decision: then renew the table by ./kinerja docs and read it."""
    written = (docs.FOLDER / "permissions.md").read_text(encoding="utf-8").partition(docs.MATRIX)[2]
    assert matrix.as_document(rows).splitlines() == written.strip().splitlines()


def test_every_route_is_asked_for(observed, rows):
    asked = {(row.address, row.method) for row in rows}
    for rule, _mark in guarded_routes(observed.app):
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert (rule.rule, method) in asked


def test_every_example_is_good_for_somebody(about_things):
    """An address that nobody gets would pass every other test here."""
    nobody = [row for row in about_things if YES not in row.got.values()]
    assert [(row.method, row.address) for row in nobody] == []


def test_visitors_are_led_to_sign_in(rows):
    wrong = [row for row in rows if row.got[""] != (SIGN_IN if row.right else YES)]
    assert told(wrong, "") == []


@pytest.mark.parametrize("role", STRANGERS)
def test_nobody_of_another_region_knows_of_anything(about_things, role):
    wrong = [row for row in about_things if row.right not in NATIONAL and row.got[role] != UNKNOWN]
    assert told(wrong, role) == []


@pytest.mark.parametrize("role", HERE)
def test_nobody_here_knows_of_anything_there(observed, about_things, role):
    rules = {row.endpoint for row in about_things if row.right not in NATIONAL}
    wrong = [
        row
        for row in observed.rows(observed.foreign, [role], rules)
        if row.right not in (ADMINISTRATORS if role == "admin" else set()) and row.got[role] != UNKNOWN
    ]
    assert told(wrong, role) == []


@pytest.mark.parametrize("role", ["auditor", "board"])
def test_who_only_reads_writes_nothing(rows, role):
    """They read everything in scope; what they may send is about their own account alone."""
    own = {"accounts.own", "accounts.end_session", "assisting.stop", ""}
    wrong = [row for row in rows if row.method == "POST" and row.right not in own and row.got[role] == YES]
    assert told(wrong, role) == []


def test_an_auditor_reads_everything_of_hers(rows):
    reads = {"plans.view", "progress.view", "evaluations.view", "publications.see", "cycles.read_period",
             "areas.audited_period", "objections.view", "objections.fetch", "log.search", "grants.list"}  # fmt: skip
    missed = [row for row in rows if row.right in reads and row.method == "GET" and row.got["auditor"] != YES]
    assert told(missed, "auditor") == []


@pytest.mark.parametrize("role", ["budi", "clinic_head", "admin"])
def test_colleagues_and_administrators_know_of_nothing(about_things, role):
    """Not of her plan, progress, evaluation; a period's lists are for those who rate in it."""
    known = {"budi": INVITED | TOGETHER, "admin": ADMINISTRATORS}.get(role, set())
    assert {row.right for row in about_things} >= INVITED | TOGETHER
    wrong = [
        row
        for row in about_things
        if row.right not in NATIONAL | {"evaluations.bench"} | known and row.got[role] != UNKNOWN
    ]
    assert told(wrong, role) == []


def test_nobody_judges_oneself(rows):
    judging = {"plans.appraise", "evaluations.rate", "evaluations.rate_organisation", "progress.agree",
               "progress.give_feedback", "managing.excuse", "colleagues.name_lead", "colleagues.lead",
               "objections.explain", "objections.decide", "objections.substitute"}  # fmt: skip
    wrong = [row for row in rows if row.right in judging and row.got["rina"] == YES]
    assert told(wrong, "rina") == []


def test_nobody_writes_in_her_name(rows):
    own = {"plans.edit", "plans.edit_result", "plans.edit_indicator", "plans.submit", "plans.start",
           "plans.answer_note", "progress.record", "progress.edit_entry", "progress.edit_step",
           "progress.reply", "evaluations.report", "evaluations.receive", "accounts.end_session",
           "objections.file", "objections.withdraw"}  # fmt: skip
    assert own <= {row.right for row in rows}, "a right was renamed: this test would see nothing"
    for role in ROLES:
        if role != "rina":
            wrong = [row for row in rows if row.right in own and row.got[role] == YES]
            assert told(wrong, role) == []


def test_forbidden_is_said_only_of_what_may_be_seen(rows):
    """403 tells that a thing exists: only those get it who may read that thing."""
    seen = {
        "plan_ref": "/plans/<plan_ref>",
        "evaluation_ref": "/evaluations/<evaluation_ref>",
        "enrolment_ref": "/progress/<enrolment_ref>",
        "period_ref": "/hr/periods/<period_ref>",
        "publication_ref": "/hr/publications/<publication_ref>",
    }
    reads = {row.address: row.got for row in rows if row.method == "GET"}
    for row in rows:
        for param, address in seen.items():
            if f"<{param}>" in row.address:
                for role, word in row.got.items():
                    assert word != FORBIDDEN or reads[address][role] == YES, (row.address, role)


def test_documents_are_current(app):
    """The part that is printed from the code; ``./kinerja check`` looks at the same."""
    text = (docs.FOLDER / "permissions.md").read_text(encoding="utf-8")
    assert text.partition(docs.MATRIX)[0] == docs.permissions(app) + "\n"
    assert (docs.FOLDER / "states.md").read_text(encoding="utf-8") == docs.states()
    assert (docs.FOLDER / "settings.md").read_text(encoding="utf-8") == docs.settings_page()
    assert list(docs.unmapped()) == []
