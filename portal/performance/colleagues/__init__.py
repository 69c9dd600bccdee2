"""Colleagues' feedback by request, team leads of results, and what a team lead recommends."""
