"""Search for everybody, and HR's pages: what is published, what may be prepared, who must look."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, abort, g, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from portal.kernel.clock import local_date
from portal.kernel.refusal import Refusal
from portal.kernel.texts import clean_line
from portal.policy.cycles.models import Period
from portal.policy.cycles.rules import PeriodState
from portal.policy.history import queries as log
from portal.transparency.publications import actions, dataset, pages, queries, rules, words
from portal.transparency.publications.addresses import last_day
from portal.transparency.publications.editions import Edition, differences
from portal.transparency.publications.forms import CorrectForm, PrepareForm, WithdrawForm
from portal.transparency.publications.models import Publication
from portal.transparency.publications.render import search as search_in
from portal.transparency.publications.rights import PUBLISHER, REGION_HR, Publications, regions
from portal.transparency.publications.rules import PublicationState
from portal.web.answers import done, page, refused
from portal.web.caller import caller
from portal.web.current import app, now, today
from portal.web.formats import Formats, formats
from portal.web.forms import Press
from portal.web.frame import stand_in
from portal.web.rights import may, public, requires

bp = Blueprint("publications", __name__)
FOLDER = "transparency/publications/"
RESULTS = 50
"""Results of a search that are shown."""

KEPT_SECONDS = 60


# ------------------------------------------------------------------------------------------- everybody


@bp.route("/cari", defaults={"language": "id"})
@bp.route("/en/cari", defaults={"language": "en"}, endpoint="search_en")
@public
def search(language: str) -> Any:
    """Search regions and agencies by name; the list is the one that the published pages came with."""
    query = clean_line(request.args.get("q", ""))[:100]
    found = search_in(app().settings.public_folder, query, RESULTS + 1)
    shown = pages.Page("/cari", "search.html", dict, section="search")
    with force_locale(language):
        g.formats = Formats(language, "WIB")
        g.site = pages.site(shown, language)
        response = page(
            FOLDER + "search.html",
            q=query,
            results=found[:RESULTS],
            more=len(found) > RESULTS,
            base="/en" if language == "en" else "",
            accent="a1",
            demo_clock=None,
        )
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response


@bp.route("/", defaults={"language": "id"})
@bp.route("/en/", defaults={"language": "en"}, endpoint="not_yet_en")
@public
def not_yet(language: str) -> Any:
    """Stands where the front page will be in the moments before the first pages are made."""
    with force_locale(language):
        response = page(FOLDER + "not_yet.html", status=503)
    response.headers["Refresh"] = "5"
    return response


# -------------------------------------------------------------------------------------------------- HR


@bp.route("/hr/publications")
@requires(Publications.LIST)
def hr_list() -> Any:
    """Drafts, publications, and the periods that may be prepared, with the reason why not."""
    stand_in("hr")
    me = caller()
    held = regions(me, REGION_HR, PUBLISHER)
    day = today()
    by_period: dict[int, list[Publication]] = defaultdict(list)
    for publication in queries.of_regions(held):
        by_period[publication.period_id].append(publication)
    changed = dataset.changed_since_published(held)
    rows = []
    for period, year in queries.periods_of(held):
        versions = by_period[period.id]
        waiting = next((v for v in versions if v.state is PublicationState.PREPARED), None)
        rows.append(
            {
                "period": period,
                "name": words.period((period.kind.value, period.number, year)),
                "versions": versions,
                "waiting": waiting,
                "changed": changed.get(period.id, 0),
                "may_prepare": may(Publications.PREPARE, period),
                "refusal": rules.why_not_prepare(
                    period.state is PeriodState.CLOSED,
                    last_day(period.ends) if day < period.ends else None,
                    opened=period.state is not PeriodState.PLANNED,
                )
                or actions.why_not_again(waiting),
                "published": any(v.published_at for v in versions),
            }
        )
    by_ref = {r["period"].id: r["name"] for r in rows}
    several = len({row["period"].region_id for row in rows}) > 1
    places = {place.id: place for place in dataset.places()} if several else {}
    return page(FOLDER + "hr_index.html", rows=rows, by_ref=by_ref, places=places)


@bp.route("/hr/publications/new", methods=["GET", "POST"])
@requires(Publications.PREPARE)
def new() -> Any:
    """Every figure of a period as it would be public, beside the last version; and the form."""
    stand_in("hr")
    held = regions(caller(), REGION_HR)
    row = queries.period(request.args.get("period", "")[:12], held)
    if row is None:
        abort(404)
    period: Period = row[0]
    last, span = queries.last_published(period.id), (period.kind.value, period.number, row[1])
    refusal = rules.why_not_prepare(period.state is PeriodState.CLOSED)
    figures = dataset.collect(period) if refusal is None else None
    changed = dataset.changed_since_published(held).get(period.id, 0) if last else 0
    form: Any = CorrectForm(**_proposed(last, changed)) if last else PrepareForm(**_proposed(last))
    if figures is not None:
        act = actions.correct if last else actions.prepare
        if form.accepts(act, period, figures=figures):
            return done(
                _("Angka disiapkan. Orang lain harus memeriksa dan menerbitkannya."),
                url_for(".show", publication_ref=form.result.ref),
                form,
            )
    preview = None
    if figures is not None:
        data = dataset.compose(
            figures,
            version=last.version + 1 if last else 1,
            method_note="",
            next_date=period.ends,
            reason="",
            at=now(),
            earlier=last.data if last else None,
        )
        preview = _sheet(data, last.data if last else None)
    return page(
        FOLDER + "hr_new.html",
        form=form,
        period=period,
        name=words.period(span),
        last=last,
        changed=changed,
        refusal=refusal,
        preview=preview,
        words_=words,
        lang_data="id",
    )


@bp.route("/hr/publications/<publication_ref>")
@requires(Publications.SEE, Publication)
def show(publication: Publication) -> Any:
    """One publication: its figures, who prepared and who published, and the next step."""
    return _show(publication, WithdrawForm())


@bp.route("/hr/publications/<publication_ref>/history")
@requires(Publications.SEE, Publication)
def history(publication: Publication) -> Any:
    """Every step of a publication, by whom and when."""
    stand_in("hr")
    return page(
        "policy/history/thing.html",
        title=_("Riwayat publikasi versi %(n)s", n=publication.version),
        items=log.of_things([publication]),
        looks=None,
        back=url_for(".show", publication_ref=publication.ref),
        back_label=_("Publikasi"),
    )


@bp.route("/hr/publications/<publication_ref>/publish", methods=["POST"])
@requires(Publications.PUBLISH, Publication)
def publish(publication: Publication) -> Any:
    """Publish what somebody else prepared."""
    form = Press()
    if form.accepts(actions.publish, publication):
        return done(
            _("Angka diterbitkan. Halaman publik dibuat dalam beberapa detik."),
            url_for(".show", publication_ref=publication.ref),
            form,
        )
    return refused(form, url_for(".show", publication_ref=publication.ref))


@bp.route("/hr/publications/<publication_ref>/discard", methods=["POST"])
@requires(Publications.DISCARD, Publication)
def discard(publication: Publication) -> Any:
    """Discard a draft."""
    form = Press()
    if form.accepts(actions.withdraw_draft, publication):
        return done(_("Draf dibatalkan. Tidak ada yang terbit."), url_for(".hr_list"), form)
    return refused(form, url_for(".show", publication_ref=publication.ref))


@bp.route("/hr/publications/<publication_ref>/withdraw", methods=["POST"])
@requires(Publications.WITHDRAW, Publication)
def withdraw(publication: Publication) -> Any:
    """Withdraw published figures, with the reason that everybody will read."""
    form = WithdrawForm()
    if form.accepts(actions.withdraw, publication):
        return done(
            _("Angka ditarik. Alasan Anda tampil di halaman publik."),
            url_for(".show", publication_ref=publication.ref),
            form,
        )
    return _show(publication, form)


def _show(publication: Publication, form: WithdrawForm) -> Any:
    stand_in("hr")
    data = publication.data
    me, edition = caller(), Edition.of(publication, data["daerah"]["zona"])
    period_ref, before = queries.around(publication)
    refusal: Refusal | None = None
    if publication.state is PublicationState.PREPARED:
        day = local_date(now(), data["daerah"]["zona"])
        others = dataset.who_may_publish(publication.region_id, me.actor.account_id, day)
        refusal = actions.why_not_publish(publication, me.actor, others)
    # An auditor reads; a button that can only be refused would say otherwise.
    acts = publication.region_id in regions(me, REGION_HR, PUBLISHER)
    prepares = may(Publications.DISCARD, publication)
    return page(
        FOLDER + "hr_show.html",
        listed=may(Publications.LIST),
        form=form,
        publication=publication,
        edition=edition,
        name=words.period(edition.span),
        names=dataset.names([publication.prepared_account_id, publication.published_account_id]),
        refusal=refusal,
        may_discard=prepares and publication.state is PublicationState.PREPARED,
        may_correct=prepares and publication.state is PublicationState.PUBLISHED,
        may_publish=acts and publication.state is PublicationState.PREPARED,
        may_withdraw=acts and publication.state is PublicationState.PUBLISHED,
        period_ref=period_ref,
        preview=_sheet(data, before),
        words_=words,
    )


def _sheet(data: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    """The figures of a dataset as HR looks at them: as public, hidden ones marked, changes listed."""
    changes = differences(before, data) if before else []
    return {
        "total": data["jumlah"],
        "agencies": data["instansi"],
        "distribution": pages.distribution(data["jumlah"]),
        "hidden": sum(bool(row["tidak_ditampilkan"]) for row in data["instansi"]),
        "totals_hidden": data["jumlah"]["tidak_ditampilkan"],
        "compared": before is not None,
        "changes": [
            {
                "agency": change.agency or _("Seluruh daerah"),
                "what": words.column(change.key),
                "before": _told(change.before),
                "after": _told(change.after),
            }
            for change in changes
        ],
    }


def _told(value: str | None) -> str:
    if value is None:
        return _("tidak ditampilkan")
    return formats().number(int(value)) if value.isdigit() else words.organisation_rating(value)


def _proposed(last: Publication | None, changed: int = 0) -> dict[str, Any]:
    """What the form begins with: the words that stood beside the figures last time."""
    if last is not None:
        found: dict[str, Any] = {"method_note": last.method_note, "next_date": None}
        if changed:
            # No number: the reason is public, and few people may be behind it.
            found["reason"] = _("Predikat sebagian pegawai berubah karena putusan atas keberatan.")
        return found
    return {
        "method_note": _(
            "Angka dihitung dari SKP dan evaluasi yang tercatat di portal ini ketika periode ditutup. "
            "Pegawai yang pindah di tengah periode dihitung pada setiap jabatannya."
        )
    }
