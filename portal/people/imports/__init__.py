"""Imports and exports of structure and people: read, checked row by row, staged, applied at once."""
