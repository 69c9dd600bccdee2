"""A region's own policy: drafted by forms, compared, checked, adopted (NEW-2)."""
