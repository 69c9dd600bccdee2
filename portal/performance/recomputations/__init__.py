"""A period's advice computed again from its facts, beside what was stored; it changes nothing (#4 Speed, NEW-1, WLS-3)."""
