"""The list of rooms: their blueprints and models, and the public pages in front of them."""

from __future__ import annotations

from typing import Any

from portal.desks import admin as admin_desk
from portal.desks import audit as audit_desk
from portal.desks import employee as employee_desk
from portal.desks import frame  # registers itself as the frame of staff pages
from portal.desks import hr as hr_desk
from portal.desks import hr_changes as _hr_changes  # noqa: F401 - adds to the desk's pages
from portal.desks import hr_lists as _hr_lists  # noqa: F401 - adds to the desk's pages
from portal.desks import hr_people as _hr_people  # noqa: F401 - adds to the desk's pages
from portal.desks import leader as leader_desk
from portal.desks import log as log_desk
from portal.desks import rater as rater_desk
from portal.desks import views as desks_views
from portal.ledger import events, external, files, installation, jobs, keys
from portal.people.accounts import models as accounts_models
from portal.people.accounts import views as accounts_views
from portal.people.accounts import views_grants
from portal.people.activation import models as activation_models
from portal.people.activation import views as activation_views
from portal.people.assistance import models as assistance_models
from portal.people.assistance import views as assistance_views
from portal.people.chain import models as chain_models
from portal.people.employment import models as employment_models
from portal.people.employment.queries import person_name
from portal.people.employment.rules import formatted, number_title, rank_name, rank_title
from portal.people.imports import models as imports_models
from portal.people.imports import views as imports_views
from portal.people.organisation import models as organisation_models
from portal.people.structure import views as structure_views
from portal.performance.agreements import models as agreements_models
from portal.performance.agreements import views as agreements_views
from portal.performance.calibration import views as calibration_views
from portal.performance.colleagues import models as colleagues_models
from portal.performance.colleagues import views as colleagues_views
from portal.performance.dialogues import models as dialogues_models
from portal.performance.dialogues import views as dialogues_views
from portal.performance.evaluations import models as evaluations_models
from portal.performance.evaluations import views as evaluations_views
from portal.performance.evaluations import views_rater as _views_rater  # noqa: F401 - adds to the room's pages
from portal.performance.exchange import models as exchange_models
from portal.performance.exchange import views as exchange_views
from portal.performance.goals import models as goals_models
from portal.performance.goals import views as goals_views
from portal.performance.legacy import models as legacy_models
from portal.performance.legacy import views as legacy_views
from portal.performance.objections import models as objections_models
from portal.performance.objections import views as objections_views
from portal.performance.plans import models as plans_models
from portal.performance.plans import views as plans_views
from portal.performance.programmes import models as programmes_models
from portal.performance.programmes import views as programmes_views
from portal.performance.progress import models as progress_models
from portal.performance.progress import views as progress_views
from portal.performance.recomputations import actions as _recomputations  # noqa: F401 - takes up the room's job
from portal.performance.recomputations import models as recomputations_models
from portal.performance.recomputations import views as recomputations_views
from portal.performance.surveys import models as surveys_models
from portal.performance.surveys import views as surveys_views
from portal.performance.surveys import work as _surveys_work  # noqa: F401 - takes up the room's jobs
from portal.performance.trials import views as trials_views
from portal.policy.cycles import models as cycles_models
from portal.policy.cycles.names import period_name
from portal.policy.drafting import models as drafting_models
from portal.policy.drafting import views as drafting_views
from portal.policy.history import views as history_views
from portal.policy.policies import models as policies_models
from portal.policy.policies import views as policies_views
from portal.policy.policies.sentences import limit_words
from portal.transparency.publications import models as publications_models
from portal.transparency.publications import views as publications_views
from portal.transparency.publications.serve import PublicPages
from portal.transparency.service_figures import models as service_figures_models
from portal.transparency.service_figures import views as service_figures_views
from portal.voice.services import models as services_models
from portal.voice.services import views as services_views
from portal.web import views as web_views
from portal.web.current import App
from portal.web.headers import security_headers

MODELS = (
    events,
    external,
    files,
    installation,
    jobs,
    keys,
    organisation_models,
    employment_models,
    chain_models,
    accounts_models,
    activation_models,
    assistance_models,
    imports_models,
    policies_models,
    drafting_models,
    cycles_models,
    services_models,
    surveys_models,
    recomputations_models,
    plans_models,
    agreements_models,
    progress_models,
    evaluations_models,
    dialogues_models,
    colleagues_models,
    goals_models,
    objections_models,
    exchange_models,
    legacy_models,
    programmes_models,
    publications_models,
    service_figures_models,
)
"""Every module that declares tables; named so that the metadata is whole before a migration is made."""


def init_app(app: App) -> None:
    """Register every room's blueprint."""
    app.jinja_env.globals.update(
        period_name=period_name,
        person_name=person_name,
        rank_name=rank_name,
        rank_title=rank_title,
        number_title=number_title,
        number_text=formatted,
        limit_words=limit_words,
        people_url=frame.people_url,
        period_url=frame.period_url,
    )
    for views in (
        web_views,
        accounts_views,
        activation_views,
        plans_views,
        agreements_views,
        desks_views,
        employee_desk,
        rater_desk,
        hr_desk,
        imports_views,
        structure_views,
        leader_desk,
        audit_desk,
        admin_desk,
        views_grants,
        assistance_views,
        history_views,
        log_desk,
        policies_views,
        drafting_views,
        surveys_views,
        calibration_views,
        recomputations_views,
        trials_views,
        progress_views,
        evaluations_views,
        dialogues_views,
        colleagues_views,
        goals_views,
        objections_views,
        exchange_views,
        legacy_views,
        programmes_views,
        publications_views,
        services_views,
        service_figures_views,
    ):
        app.register_blueprint(views.bp)


def serve_public(app: App, wsgi: Any) -> Any:
    """``wsgi`` behind the published pages."""
    common = security_headers(app.assets.style_hash, https=app.settings.https)
    return PublicPages(wsgi, app.settings.public_folder, common)
