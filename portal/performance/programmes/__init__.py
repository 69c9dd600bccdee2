"""Programmes and who takes part in them, recorded by the programme's owner: shown beside the ratings, never in them."""
