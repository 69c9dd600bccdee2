"""Desks: each role's area with its tasks and navigation. Composes what the rooms offer, writes nothing."""
