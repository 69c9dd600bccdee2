"""A draft policy tried on a period that is over: who would move, in aggregate; nothing is stored (NEW-2)."""
