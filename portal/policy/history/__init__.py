"""What happened, in words: a thing's events as a timeline (decision 14.9, WLS-3)."""
