"""Published figures can't be changed: nothing but triggers, which env.py makes after every upgrade."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The tables stay as they are; running at all is what makes the triggers."""
