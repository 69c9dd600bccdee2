"""Dialogues between employee and appraiser: on expectations, and on a period's results."""
