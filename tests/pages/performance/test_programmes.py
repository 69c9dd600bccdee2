"""Pages of programmes and participation: who sees what, and what an evaluation shows (BDG-1, BDG-2)."""

from __future__ import annotations

from tests.support import programmes


def test_thin(world, signed_in, statements):
    p = programmes.made(world)
    programmes.recorded(world, p)
    for who, address in (
        ("budi", f"/programmes/{p.ref}"),
        ("budi", "/programmes/mine"),
        ("budi", f"/programmes/{p.ref}/participants/new"),
        ("budi", f"/programmes/{p.ref}/participants/paste"),
        ("rina", "/programmes/mine"),
        ("unit_head", "/programmes"),
        ("hr", "/programmes"),
        ("hr", "/programmes/new"),
        ("hr", f"/programmes/{p.ref}/edit"),
        ("hr", f"/programmes/{p.ref}/history"),
        ("hr", f"/programmes/{p.ref}/owner"),
    ):
        b = signed_in(world.people[who])
        with statements(limit=8) as said:
            page = b.get(address)
        print(who, address, page.status, len(said))
        assert page.status == 200
