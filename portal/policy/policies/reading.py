"""A document of settings as the policy that it is: checked, then read into ``PolicyDocument``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from portal.policy.policies.checks import problems
from portal.policy.policies.rules import (
    DECISION_WORKING_DAYS,
    EXPLANATION_WORKING_DAYS,
    LEAST_ANSWERS,
    LEAST_COMMENTS,
    PEERS,
    PLAN_STEP_DAYS,
    SUBORDINATES,
    WEIGHTED,
    WORKING,
    Adoption,
    AdviceLimits,
    BadPolicy,
    BehaviourAdvice,
    LegalBasis,
    OverallRating,
    PeriodDeadlines,
    PlanDeadlines,
    PolicyDocument,
    Source,
    SourceMark,
    SurveyRules,
    WeightedRules,
)
from portal.policy.policies.values import (
    decimal_of,
    read_bands,
    read_day,
    read_matrix,
    read_pattern,
    read_pieces,
    read_raters,
    rows_of,
    settings_of,
    table_of,
    whole_of,
)


def read(document: Mapping[str, object]) -> PolicyDocument:
    """``document`` (as TOML gives it) as a policy. Raises ``BadPolicy`` with every problem found."""
    found = problems(document)
    if found:
        raise BadPolicy(found)
    settings = settings_of(document)
    value = {name: setting["value"] for name, setting in settings.items()}
    return PolicyDocument(
        key=str(document["key"]),
        version=whole_of(document["version"]),
        name=str(document["name"]),
        legal_basis=tuple(LegalBasis(row["name"], row["about"]) for row in rows_of(document["legal_basis"])),
        method=str(value["method"]),
        matrix=MappingProxyType(read_matrix(value["matrix"])),
        pattern=MappingProxyType(read_pattern(value["pattern"])),
        pattern_least=whole_of(value["pattern_least"]),
        advice=_read_advice(value["advice.result"]),
        least_group_public=whole_of(value["least_group.people_public"]),
        review=str(value["review"]),
        cadence=str(value["cadence"]),
        plan_deadlines=PlanDeadlines(
            *(read_day(value[f"deadline.plan_{name}"]) for name in ("draft", "review", "agree", "set"))
        ),
        period_deadlines=PeriodDeadlines(
            action_steps=whole_of(value["deadline.action_steps"]),
            achievement=whole_of(value["deadline.achievement"]),
            organisation_rating=whole_of(value["deadline.organisation_rating"]),
            rating=whole_of(value["deadline.rating"]),
            yearly_rating=read_day(value["deadline.yearly_rating"]),
            counted=str(value.get("deadline.counted", WORKING)),
        ),
        handover_days=whole_of(value["clock.handover"]),
        countersign_days=whole_of(value["clock.countersign"]),
        substitute_working_days=whole_of(value["clock.substitute"]),
        objection_days=whole_of(value["clock.objection"]),
        explanation_working_days=whole_of(value.get("clock.explanation", EXPLANATION_WORKING_DAYS)),
        decision_working_days=whole_of(value.get("clock.decision", DECISION_WORKING_DAYS)),
        plan_step_days=whole_of(value.get("clock.plan_step", PLAN_STEP_DAYS)),
        national_period=str(value.get("national_period", value["cadence"])),
        raters=read_raters(value),
        behaviour=_read_behaviour(value),
        survey=_read_survey(value),
        least_answers=whole_of(value.get("least_group.survey_answers", LEAST_ANSWERS)),
        least_comments=whole_of(value.get("least_group.survey_comments", LEAST_COMMENTS)),
        weighted=_read_weighted(value) if value["method"] == WEIGHTED else None,
        legacy_bands=read_bands(value.get("legacy.bands", {})),
        legacy_shares=_read_legacy_shares(value.get("legacy.shares")),
        credit=MappingProxyType(
            {
                OverallRating(name): decimal_of(part)
                for name, part in table_of(value.get("credit", {})).items()
            }
        ),
        extends=_read_extends(document),
        adoption=_read_adoption(document),
        sources=MappingProxyType({name: _read_source(setting) for name, setting in settings.items()}),
        settings=MappingProxyType(value),
    )


def _read_advice(value: object) -> AdviceLimits:
    row = table_of(value)
    return AdviceLimits(*(decimal_of(row[name]) for name in ("below", "above", "floor", "cap")))


def _read_source(setting: Mapping[str, object]) -> Source:
    return Source(
        SourceMark(str(setting["mark"])),
        str(setting["note"]),
        confirm=setting.get("confirm") is True,
        assumed=setting.get("assumed") is True,
        stated_by=str(setting.get("stated_by", "")),
    )


def _read_behaviour(value: Mapping[str, object]) -> BehaviourAdvice | None:
    shares, limits = value.get("advice.behaviour"), value.get("advice.behaviour_limits")
    if not isinstance(shares, Mapping) or not isinstance(limits, Mapping):
        return None
    return BehaviourAdvice(
        decimal_of(shares["appraiser"]),
        decimal_of(shares["survey"]),
        decimal_of(limits["below"]),
        decimal_of(limits["above"]),
    )


def _read_survey(value: Mapping[str, object]) -> SurveyRules | None:
    raters = read_raters(value)
    if PEERS not in raters and SUBORDINATES not in raters:
        return None
    return SurveyRules(
        whole_of(value.get("survey.peers", 0)),
        whole_of(value.get("survey.subordinates", 0)),
        merges=value.get("survey.small_group") == "merge",
    )


def _read_weighted(value: Mapping[str, object]) -> WeightedRules:
    shares, alone = table_of(value["weighted.shares"]), table_of(value["weighted.without_survey"])
    return WeightedRules(
        plan=decimal_of(shares["plan"]),
        behaviour=decimal_of(shares["behaviour"]),
        appraiser=decimal_of(shares["appraiser"]),
        survey=decimal_of(shares["survey"]),
        plan_alone=decimal_of(alone["plan"]),
        behaviour_alone=decimal_of(alone["behaviour"]),
        alone_until=date.fromisoformat(str(alone["until"])),
        cap=decimal_of(value["weighted.cap"]),
        extra=decimal_of(value["weighted.extra"]),
        at_maximum=decimal_of(value["weighted.at_maximum"]),
        bands=read_bands(value["weighted.bands"]),
        conversion=read_pieces(value["weighted.conversion"]),
    )


def _read_legacy_shares(value: object) -> tuple[Decimal, Decimal] | None:
    if value is None:
        return None
    row = table_of(value)
    return decimal_of(row["plan"]), decimal_of(row["behaviour"])


def _read_extends(document: Mapping[str, object]) -> tuple[str, int] | None:
    row = document.get("extends")
    return (str(row["key"]), whole_of(row["version"])) if isinstance(row, Mapping) else None


def _read_adoption(document: Mapping[str, object]) -> Adoption | None:
    row = document.get("adoption")
    if not isinstance(row, Mapping):
        return None
    day = row.get("date")
    return Adoption(
        adopted_by=str(row["adopted_by"]),
        scope=str(row["scope"]),
        legal_standing=str(row["legal_standing"]),
        number=str(row.get("number", "")).strip(),
        day=date.fromisoformat(str(day)) if day else None,
        reason=str(row.get("reason", "")).strip(),
    )
