"""Regions, the one dated tree of agencies and units, and positions (decisions 14.2, 14.3)."""
