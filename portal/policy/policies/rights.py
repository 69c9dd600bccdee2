"""Rights on policies: whoever is judged by a rule may read it."""

from __future__ import annotations

from typing import Any

from portal.kernel.refusal import N_
from portal.web.rights import Right, Rights


def _signed_in(caller: Any, _thing: Any) -> bool:
    return bool(caller.is_authenticated)


class Policies(Rights):
    """What may be done with policies."""

    LIST = Right(N_("Melihat daftar kebijakan"), allows=_signed_in)
    READ = Right(N_("Membaca setiap pengaturan sebuah kebijakan dan sumbernya"), allows=_signed_in)
