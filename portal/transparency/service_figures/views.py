"""What would be published of a service, as everybody would see it; and publishing it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.transparency.service_figures import actions, dataset, pages
from portal.transparency.service_figures.forms import ReleaseForm
from portal.transparency.service_figures.reading import Frozen
from portal.transparency.service_figures.rights import ServiceFigures
from portal.voice.services.models import Service
from portal.web.answers import done, page
from portal.web.caller import caller
from portal.web.current import now
from portal.web.frame import stand_in
from portal.web.rights import may, requires

bp = Blueprint("service_figures", __name__, url_prefix="/hr")
T = "transparency/service_figures/"


@bp.route("/services/<service_ref>/publication")
@requires(ServiceFigures.PREVIEW, Service)
def show(service: Service) -> Any:
    """The service as it would be public, beside what is published."""
    return _show(service, ReleaseForm())


@bp.route("/services/<service_ref>/publication/release", methods=["POST"])
@requires(ServiceFigures.RELEASE, Service)
def release(service: Service) -> Any:
    """Publish what was looked at."""
    form = ReleaseForm()
    if form.accepts(actions.release, service):
        return done(
            _("Layanan diterbitkan. Halaman publik dibuat dalam beberapa detik."),
            url_for(".show", service_ref=service.ref),
            form,
        )
    return _show(service, form)


def _show(service: Service, form: ReleaseForm) -> Any:
    stand_in("hr")
    at = now()
    found = dataset.compose(service, at=at)
    allowed = may(ServiceFigures.RELEASE, service)
    held = Frozen.draft(found.document)
    return page(
        T + "show.html",
        form=form,
        service=service,
        found=found,
        edition=found.edition,
        indicators=[pages.told(held, each) for each in held.data["indikator"]],
        allowed=allowed,
        refusal=actions.why_not_release(service, found, by=caller().actor, at=at) if allowed else None,
        words_=pages.words,
    )
