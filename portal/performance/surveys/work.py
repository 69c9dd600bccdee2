"""The survey's work in the background: draw who is asked, close on the last day, count the answers.

Each job may be run twice without harm. Answers are opened here and nowhere else, in memory, and what leaves
this module is what may be shown (ADR 0016).
"""

from __future__ import annotations

import logging
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Any

from sqlalchemy import delete, insert, select, update

from portal.kernel.clock import local_date
from portal.kernel.refs import new_refs
from portal.ledger import events, jobs
from portal.ledger.actor import SYSTEM
from portal.ledger.columns import stored_json
from portal.ledger.door import door
from portal.people.organisation.queries import region
from portal.performance.advice.rules import Tally, shown_groups
from portal.performance.surveys import actions, queries, rules, sealing
from portal.performance.surveys.models import (
    GroupTally,
    RatingDuty,
    SealedAnswer,
    SurveyComment,
    SurveyRound,
)
from portal.performance.surveys.rules import DutyOrigin, DutyState, Member, RaterGroup, RoundState
from portal.policy.policies.rules import PolicyDocument, SurveyRules
from portal.web.current import app

log = logging.getLogger("kinerja.surveys")
CHUNK = 2000
"""Tasks that are written at once."""
COUNTED = 100
"""People whose answers are counted at once."""
AGAIN = timedelta(days=7)
"""How long a survey stays open when answers can't be opened and are asked for again."""


def _folder() -> Path:
    return app().settings.folder


# ------------------------------------------------------------------------------------------ drawing


@jobs.handles("arrange_survey")
def arrange(*, survey: str, at: datetime) -> None:
    """Draw who is asked about whom. Begun again it draws the same, for the lot is kept.

    Whoever begins takes the survey by its key: another worker that is still at it finds another key there at
    its next step, and leaves.
    """
    found = queries.round_by_ref(survey)
    if found is None or found.state is not RoundState.ARRANGING:
        return
    policy = queries.policy_of(found.period_id)
    assert policy.survey is not None
    public_key = sealing.make(_folder(), found.ref)
    people, rows = _drawn(found, policy, policy.survey)
    with door(found) as session:
        if found.state is not RoundState.ARRANGING:
            return
        found.public_key = public_key
        session.execute(delete(RatingDuty).where(RatingDuty.round_id == found.id))
    for begin in range(0, len(rows), CHUNK):
        with door(found) as session:
            if not _is_mine(found, public_key):
                return
            jobs.keep_lease()
            session.execute(insert(RatingDuty), rows[begin : begin + CHUNK])
    with door(found):
        if _is_mine(found, public_key):
            found.people = people
            found.state = RoundState(rules.ROUND_WORKFLOW.after("arranged", found.state))
            events.record("survey_arranged", found, by=SYSTEM, at=at, people=people, tasks=len(rows))


def _is_mine(found: SurveyRound, public_key: bytes) -> bool:
    """Whether the survey is still being arranged, and by whoever made this key."""
    return found.state is RoundState.ARRANGING and found.public_key == public_key


def _drawn(
    found: SurveyRound, policy: PolicyDocument, survey: SurveyRules
) -> tuple[int, list[dict[str, Any]]]:
    """How many could be judged, and the tasks of all whose group isn't too small to be asked."""
    circles: dict[Any, list[Member]] = defaultdict(list)
    below: dict[tuple[int, int | None], list[Member]] = defaultdict(list)
    posts: dict[tuple[int, int | None], Member] = {}
    everybody: list[Member] = []
    for place in queries.places(found.period_id):
        member = place.member
        everybody.append(member)
        circles[place.circle].append(member)
        posts[(member.person_id, place.position_id)] = member
        if member.appraiser_id is not None:
            below[(member.appraiser_id, place.appraiser_position_id)].append(member)
    peers: dict[int, list[int]] = {}
    if survey.peers:
        for name, circle in circles.items():
            word = rules.word_of(found.lot, name)
            peers |= rules.peers_of(rules.by_lot(word, circle), survey.peers)
    subordinates: dict[int, list[int]] = {}
    if survey.subordinates:
        for post, members in below.items():
            if (head := posts.get(post)) is not None:
                word = rules.word_of(found.lot, ("below", *post))
                asked = rules.by_lot(word, members)[: survey.subordinates]
                subordinates[head.enrolment_id] = [
                    each.person_id for each in asked if each.person_id != head.person_id
                ]
    return len(everybody), list(_tasks(found, everybody, peers, subordinates, survey, policy.least_answers))


def _tasks(
    found: SurveyRound,
    everybody: Sequence[Member],
    peers: dict[int, list[int]],
    subordinates: dict[int, list[int]],
    survey: SurveyRules,
    least: int,
) -> Iterator[dict[str, Any]]:
    pairs = []
    for member in everybody:
        below = subordinates.get(member.enrolment_id, [])
        beside = [each for each in peers.get(member.enrolment_id, []) if each not in below]
        asked = rules.asked_groups(len(beside), len(below), survey, least)
        if RaterGroup.PEER in asked:
            pairs += [(member.enrolment_id, each, RaterGroup.PEER, DutyOrigin.LOT) for each in beside]
        if RaterGroup.SUBORDINATE in asked:
            pairs += [
                (member.enrolment_id, each, RaterGroup.SUBORDINATE, DutyOrigin.DIRECT)
                for each in dict.fromkeys(below)
            ]
    for (enrolment_id, rater_id, group, origin), ref in zip(pairs, new_refs(len(pairs)), strict=True):
        yield {
            "ref": ref,
            "region_id": found.region_id,
            "round_id": found.id,
            "enrolment_id": enrolment_id,
            "rater_id": rater_id,
            "group": group,
            "origin": origin,
            "state": DutyState.WAITING,
            "note": "",
        }


# ------------------------------------------------------------------------------------------ closing


@jobs.handles("close_survey")
def close(*, survey: str, at: datetime) -> None:
    """Close a survey whose last day is over; one that was extended is left alone."""
    found = queries.round_by_ref(survey)
    if found is None or found.state is not RoundState.RUNNING or found.closes is None:
        return
    if local_date(at, region(found.region_id).zone) <= found.closes:
        return
    with door(found):
        actions.close(found, by=SYSTEM, at=at)


# ----------------------------------------------------------------------------------------- counting


@jobs.handles("count_survey")
def count(*, survey: str, at: datetime) -> None:
    """Open the answers of a closed survey, keep what may be shown, and destroy the rest and the key.

    Where the key is lost those whose answers can't be opened any more are asked again. A survey that was
    counted here before, and came back with an old backup, gives no figures a second time.
    """
    found = queries.round_by_ref(survey)
    if found is None:
        return
    if found.state is RoundState.CLOSED:
        sealing.destroy(_folder(), found.ref)
        return
    if found.state is not RoundState.COUNTING:
        return
    policy = queries.policy_of(found.period_id)
    damaged, last = 0, 0
    known = sealing.was_counted(_folder(), found.ref)
    while not known and (people := queries.sealed_about(found, last, COUNTED)):
        assert found.public_key is not None
        try:
            opener = sealing.Opener(_folder(), found.ref, found.public_key, actions.secret())
        except sealing.Unopened:
            _ask_again(found, at)
            return
        damaged += _count_some(found, people, opener, policy)
        last = people[-1]
    with door(found) as session:
        if found.state is not RoundState.COUNTING:
            return
        session.execute(delete(SealedAnswer).where(SealedAnswer.round_id == found.id))
        found.state = RoundState(rules.ROUND_WORKFLOW.after("counted", found.state))
        events.record("survey_counted", found, by=SYSTEM, at=at, damaged=damaged)
    # Only now: had the machine stopped before, the answers could have been opened once more.
    sealing.note_counted(_folder(), found.ref)
    sealing.destroy(_folder(), found.ref)


def check_keys(at: datetime) -> None:
    """Make a new key for every survey under way whose own is gone, as after a restored backup.

    What was answered under the old one is asked again; it could never be opened.
    """
    for found in queries.under_way():
        key = found.public_key
        if key is None or sealing.exists(_folder(), found.ref, key):
            continue
        if sealing.was_counted(_folder(), found.ref):
            with door(found):
                actions.end_again(found, by=SYSTEM, at=at)
        elif found.state is RoundState.RUNNING:
            _ask_again(found, at)
        else:
            public_key = sealing.make(_folder(), found.ref)
            with door(found):
                found.public_key = public_key


def _count_some(
    found: SurveyRound, people: Sequence[int], opener: sealing.Opener, policy: PolicyDocument
) -> int:
    """Count the answers about these people; gives how many couldn't be opened or weren't given there.

    Where more answers lie than people have answered, somebody put them there: nothing is kept of that person.
    """
    answers: dict[int, dict[RaterGroup, list[rules.Answer]]] = {
        each: {group: [] for group in RaterGroup} for each in people
    }
    damaged, seen = 0, set[bytes]()
    for enrolment_id, ref, group, body in queries.sealed(found, people):
        try:
            answer = rules.unpacked(opener.open(body))
        except (sealing.Damaged, rules.BadAnswer):
            damaged += 1
            continue
        belongs = answer.about == f"{found.ref}/{ref}" and answer.group is group
        if not belongs or answer.nonce in seen:
            damaged += 1
            continue
        seen.add(answer.nonce)
        answers[enrolment_id][group].append(answer)
    sent = queries.sent_about(found, people)
    for enrolment_id, groups in answers.items():
        given = sum(map(len, groups.values()))
        if given > sent.get(enrolment_id, 0):
            damaged += given
            answers[enrolment_id] = {group: [] for group in RaterGroup}
    tallies: list[dict[str, Any]] = []
    comments: list[dict[str, Any]] = []
    same = {"region_id": found.region_id, "round_id": found.id}
    for enrolment_id, groups in answers.items():
        counted = {who: Tally.of([each.marks for each in rows]) for who, rows in groups.items()}
        shown = shown_groups(
            counted[RaterGroup.PEER],
            counted[RaterGroup.SUBORDINATE],
            policy.survey,
            policy.least_answers,
            policy.least_comments,
        )
        for each in shown:
            tallies.append(
                {
                    **same,
                    "enrolment_id": enrolment_id,
                    "who": "+".join(each.who),
                    "n": each.n,
                    "mean": each.mean,
                    "counts": stored_json(each.counts) if each.counts else "",
                }
            )
            if each.n >= policy.least_comments:
                said = (one.comment for who in each.who for one in groups[RaterGroup(who)] if one.comment)
                comments += [{**same, "enrolment_id": enrolment_id, "text": text} for text in said]
    with door(found) as session:
        jobs.keep_lease()
        if tallies:
            session.execute(insert(GroupTally), tallies)
        if comments:
            session.execute(insert(SurveyComment), list(_shuffled(comments)))
        session.execute(
            delete(SealedAnswer).where(
                SealedAnswer.round_id == found.id, SealedAnswer.enrolment_id.in_(people)
            )
        )
    return damaged


def _shuffled(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """``rows`` in random order under new random keys: nothing is left of the order in which they were found."""
    mixed = list(rows)
    SystemRandom().shuffle(mixed)
    for row in mixed:
        yield {**row, "key": secrets.token_bytes(sealing.KEY)}


def _ask_again(found: SurveyRound, at: datetime) -> None:
    """The key is gone, and so are the answers: those people are asked again under a new one."""
    public_key = sealing.make(_folder(), found.ref)
    with door(found) as session:
        if found.state not in (RoundState.COUNTING, RoundState.RUNNING):
            return
        lost = select(SealedAnswer.enrolment_id).where(SealedAnswer.round_id == found.id)
        session.execute(
            update(RatingDuty)
            .where(RatingDuty.enrolment_id.in_(lost), RatingDuty.state == DutyState.SENT)
            .values(state=DutyState.WAITING, sent_on=None)
            .execution_options(synchronize_session=False)
        )
        # Whoever was counted already is done with: an answer that came later could be told from the rest.
        counted = select(GroupTally.enrolment_id).where(GroupTally.round_id == found.id)
        session.execute(
            update(RatingDuty)
            .where(
                RatingDuty.round_id == found.id,
                RatingDuty.enrolment_id.in_(counted),
                RatingDuty.state == DutyState.WAITING,
            )
            .values(state=DutyState.RELEASED)
            .execution_options(synchronize_session=False)
        )
        session.execute(delete(SealedAnswer).where(SealedAnswer.round_id == found.id))
        found.public_key = public_key
        today = local_date(at, region(found.region_id).zone)
        found.closes = max(found.closes or today, today + AGAIN)
        if found.state is RoundState.COUNTING:
            found.state = RoundState(rules.ROUND_WORKFLOW.after("ask_again", found.state))
        actions.close_later(found, at)
        events.record("survey_asked_again", found, by=SYSTEM, at=at)
    log.warning("the key of a survey was lost; its answers are asked for again")
