"""Policies: the versioned settings that a period points to."""
