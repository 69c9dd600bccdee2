"""The form that publishes a service."""

from __future__ import annotations

from portal.web.fields import HiddenField, required
from portal.web.forms import Form


class ReleaseForm(Form):
    """Carries what was looked at."""

    seen = HiddenField("", [required()])
    compares = False
