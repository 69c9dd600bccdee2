"""Shared goals of several units or agencies: agreed shares, what each brings, progress once, feedback."""
