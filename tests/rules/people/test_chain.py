"""Who appraises whom: every way up, every gap, and never oneself (year.md §3; PP 30/2019 Ps. 46)."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.people.chain.rules import (
    Basis,
    Holder,
    Link,
    Override,
    Post,
    Skip,
    SkipReason,
    Snapshot,
    appraiser_of,
    loops,
    post_loops,
    superior_of,
)

# Units: 1 the region, 2 the secretariat, 3 the health agency, 4 a puskesmas under it, 5 a team in it.
# Posts: x0 is the head of unit x, x1 and x2 its members. The holder of post p is person p + 1000.
UNITS = {1: None, 2: 1, 3: 1, 4: 3, 5: 4}


def region(**changes: Any) -> Snapshot:
    posts = {
        number: Post(number, unit, number % 10 == 0, f"Jabatan {number}")
        for unit in UNITS
        for number in (unit * 10, unit * 10 + 1, unit * 10 + 2)
        if unit > 1 or number == 10
    }
    snapshot = Snapshot(
        posts=posts,
        parents=UNITS,
        heads={unit: unit * 10 for unit in UNITS},
        holders={number: [Holder(number + 1000)] for number in posts},
        agency_units={2, 3},
        agency_head_appraiser=20,
        region_head_post=10,
    )
    return dataclasses.replace(snapshot, **changes)


def holders(**changes: list[Holder]) -> dict[int, list[Holder]]:
    """The usual holders, but for ``p40=[...]``."""
    return {**region().holders, **{int(name[1:]): people for name, people in changes.items()}}


def appraise(post_id: int, snapshot: Snapshot) -> Link:
    return appraiser_of(post_id, post_id + 1000, snapshot)


@pytest.mark.parametrize(
    ("post", "appraiser"),
    [(51, 50), (50, 40), (41, 40), (40, 30), (31, 30), (30, 20), (21, 20), (20, 10)],
)
def test_the_structure_gives_the_direct_superior(post: int, appraiser: int) -> None:
    assert appraise(post, region()) == Link(appraiser + 1000, appraiser, Basis.STRUCTURE)


@pytest.mark.parametrize(("post", "superior"), [(51, 40), (50, 30), (41, 30), (40, 20), (31, 20), (30, 10)])
def test_the_superior_appraises_the_appraiser(post: int, superior: int) -> None:
    assert superior_of(post, post + 1000, region()).post_id == superior


def test_nobody_stands_above_the_head_of_the_region() -> None:
    assert appraise(10, region()).gap.code == "chain.top"
    assert superior_of(20, 1020, region()).gap.code == "chain.top"


def test_the_appraiser_of_agency_heads_has_no_default() -> None:
    link = appraise(30, region(agency_head_appraiser=None))
    assert (link.person_id, link.gap.code) == (None, "chain.agency_head")
    # ... and others are not held up by it
    assert appraise(31, region(agency_head_appraiser=None)).post_id == 30
    assert superior_of(31, 1031, region(agency_head_appraiser=None)).gap.code == "chain.agency_head"


def test_the_head_of_the_region_may_be_chosen_for_agency_heads() -> None:
    snapshot = region(agency_head_appraiser=10)
    assert [appraise(post, snapshot).post_id for post in (20, 30)] == [10, 10]
    assert superior_of(30, 1030, snapshot).gap.code == "chain.top"


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        ([], SkipReason.VACANT),
        ([Holder(7, "plt", may_assess=False)], SkipReason.ACTING),
        ([Holder(7, "plh", may_assess=False)], SkipReason.ACTING),
        ([Holder(1041)], SkipReason.SELF),
        ([Holder(1041, "plt", may_assess=True)], SkipReason.SELF),
        ([Holder(1041, "plt", may_assess=False)], SkipReason.ACTING),
        ([Holder(1040, None, may_assess=False)], SkipReason.VACANT),
    ],
)
def test_a_level_without_an_assessor_is_skipped_and_shown(people: list[Holder], reason: SkipReason) -> None:
    link = appraise(41, region(holders=holders(p40=people)))
    assert link == Link(1030, 30, Basis.STRUCTURE, (Skip(40, reason),))


def test_several_vacant_levels_are_all_shown() -> None:
    link = appraise(51, region(holders=holders(p50=[], p40=[Holder(7, "plt", may_assess=False)], p30=[])))
    assert link == Link(
        1020,
        20,
        Basis.STRUCTURE,
        (Skip(50, SkipReason.VACANT), Skip(40, SkipReason.ACTING), Skip(30, SkipReason.VACANT)),
    )


def test_an_empty_region_is_a_gap_with_every_level_shown() -> None:
    link = appraise(51, region(holders={}))
    assert link.gap.code == "chain.top"
    assert [skip.post_id for skip in link.skipped] == [50, 40, 30, 20, 10]


def test_a_unit_without_a_head_hands_over_to_the_one_above() -> None:
    heads = {unit: post for unit, post in region().heads.items() if unit != 5}
    assert appraise(51, region(heads=heads)) == Link(1040, 40, Basis.STRUCTURE)


def test_acting_officials_assess_by_delegation() -> None:
    link = appraise(41, region(holders=holders(p40=[Holder(7, "plt", may_assess=True)])))
    assert link == Link(7, 40, Basis.DELEGATION)


def test_the_appointed_holder_goes_before_the_acting_one() -> None:
    people = [Holder(7, "plh", may_assess=True), Holder(1040)]
    assert appraise(41, region(holders=holders(p40=people))) == Link(1040, 40, Basis.STRUCTURE)


def test_a_delegate_assesses_all_but_himself() -> None:
    snapshot = region(delegations={40: 1041})
    assert appraise(42, snapshot) == Link(1041, 40, Basis.DELEGATION)
    # towards the delegate the power stays with the holder, who still is there
    assert appraise(41, snapshot) == Link(1040, 40, Basis.STRUCTURE)
    # and with the level above when nobody holds the post
    vacant = region(delegations={40: 1041}, holders=holders(p40=[]))
    assert appraise(42, vacant) == Link(1041, 40, Basis.DELEGATION)
    assert appraise(41, vacant) == Link(1030, 30, Basis.STRUCTURE, (Skip(40, SkipReason.SELF),))


def test_the_superior_of_a_delegate_is_that_of_the_post() -> None:
    assert superior_of(42, 1042, region(delegations={40: 1041})).post_id == 30


def test_a_named_post_goes_before_the_structure() -> None:
    snapshot = region(overrides={41: Override(post_id=30)})
    assert appraise(41, snapshot) == Link(1030, 30, Basis.APPOINTMENT)
    assert appraise(42, snapshot).post_id == 40


def test_a_named_post_that_is_vacant_gives_way_upwards() -> None:
    snapshot = region(overrides={51: Override(post_id=31)}, holders=holders(p31=[]))
    assert appraise(51, snapshot) == Link(1030, 30, Basis.STRUCTURE, (Skip(31, SkipReason.VACANT),))


def test_a_named_person_goes_before_the_structure() -> None:
    assert appraise(30, region(overrides={30: Override(person_id=77)})) == Link(77, None, Basis.APPOINTMENT)


def test_somebody_named_for_himself_is_passed_over() -> None:
    link = appraise(41, region(overrides={41: Override(person_id=1041)}))
    assert link == Link(1040, 40, Basis.STRUCTURE, (Skip(None, SkipReason.SELF),))


def test_the_superior_of_a_named_person_is_found_by_the_post_held() -> None:
    named = region(overrides={51: Override(person_id=1031)})
    assert superior_of(51, 1051, named).post_id == 30
    assert superior_of(30, 1030, region(overrides={30: Override(person_id=77)})).gap.code == "chain.top"


def test_the_superior_is_neither_the_appraiser_nor_the_rated_person() -> None:
    # person 1040 also holds the post above: two levels, one person
    snapshot = region(holders=holders(p30=[Holder(1040)]))
    assert superior_of(41, 1041, snapshot).person_id == 1020
    # the rated person holds the post above the appraiser by acting with a delegation
    snapshot = region(holders=holders(p30=[Holder(1041, "plt", may_assess=True)]))
    assert superior_of(41, 1041, snapshot).person_id == 1020


def test_a_loop_of_named_posts_ends_in_a_gap() -> None:
    overrides = {41: Override(post_id=31), 31: Override(post_id=41)}
    assert post_loops(region(overrides=overrides)) == [(31, 41)]
    link = appraise(41, region(overrides=overrides, holders=holders(p31=[])))
    assert link == Link(None, None, None, (Skip(31, SkipReason.VACANT),), link.gap)
    assert link.gap.code == "chain.loop"


def test_a_loop_of_units_ends_in_a_gap() -> None:
    parents = {**UNITS, 4: 5}
    assert loops(parents) == [(4, 5)]
    snapshot = region(parents=parents, holders=holders(p50=[], p40=[]))
    assert appraise(51, snapshot).gap.code == "chain.loop"
    headless = region(parents=parents, heads={3: 30})
    assert appraise(51, headless).gap.code == "chain.loop"


def test_a_post_of_another_day_is_a_gap() -> None:
    assert appraise(999, region()).gap.code == "chain.unknown"


@pytest.mark.parametrize(
    ("links", "cycles"),
    [
        ({}, []),
        ({1: 2, 2: None}, []),
        ({1: 1}, [(1,)]),
        ({1: 2, 2: 3, 3: 1, 4: 1}, [(1, 2, 3)]),
        ({5: 4, 4: 5, 2: 1, 1: 2, 9: 5}, [(1, 2), (4, 5)]),
        ({1: 7}, []),
    ],
)
def test_loops_are_found_once(links: dict[int, int | None], cycles: list[tuple[int, ...]]) -> None:
    assert loops(links) == cycles


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Structures as bad as an import could make them: loops, two heads, missing units, odd delegations."""
    units = range(1, 6)
    some_unit, some_post, some_person = st.integers(1, 6), st.integers(1, 11), st.integers(1, 6)
    posts = {n: Post(n, draw(some_unit), draw(st.booleans()), "") for n in range(1, 11)}
    holder = st.builds(Holder, some_person, st.sampled_from([None, "plt"]), st.booleans())
    override = st.one_of(st.builds(Override, post_id=some_post), st.builds(Override, person_id=some_person))
    return Snapshot(
        posts=posts,
        parents={unit: draw(st.one_of(st.none(), some_unit)) for unit in units},
        heads=draw(st.dictionaries(some_unit, some_post, max_size=5)),
        holders=draw(st.dictionaries(some_post, st.lists(holder, max_size=2), max_size=10)),
        overrides=draw(st.dictionaries(some_post, override, max_size=4)),
        delegations=draw(st.dictionaries(some_post, some_person, max_size=3)),
        agency_units=draw(st.sets(some_unit, max_size=2)),
        agency_head_appraiser=draw(st.one_of(st.none(), some_post)),
        region_head_post=draw(st.one_of(st.none(), some_post)),
    )


@settings(max_examples=40, deadline=None)
@given(snapshots(), st.integers(1, 6))
def test_whatever_the_structure_somebody_else_is_found_or_a_gap(snapshot: Snapshot, person: int) -> None:
    for post_id in snapshot.posts:
        for find in (appraiser_of, superior_of):
            link = find(post_id, person, snapshot)
            assert link.person_id != person
            assert (link.person_id is None) == (link.gap is not None) == (link.basis is None)
    for cycle in post_loops(snapshot):
        assert len(set(cycle)) == len(cycle)


def test_a_large_region_is_decided_at_once() -> None:
    count = 5000
    units: dict[int, int | None] = {
        1: None,
        **{unit: max(1, unit // 5) for unit in range(2, count // 10 + 1)},
    }
    posts = {
        unit * 100 + seat: Post(unit * 100 + seat, unit, seat == 0, "")
        for unit in units
        for seat in range(10)
    }
    snapshot = Snapshot(
        posts=posts,
        parents=units,
        heads={unit: unit * 100 for unit in units},
        holders={number: [Holder(number)] for number in posts if number % 700},
        region_head_post=100,
    )
    assert len(posts) == count
    best = 10.0
    for _ in range(3):
        began = time.process_time()
        for number in posts:
            appraiser_of(number, number, snapshot)
        best = min(best, time.process_time() - began)
    assert best < 0.1
