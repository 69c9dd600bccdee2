"""Evaluations of a period or a year: ratings, reasons, hand-over."""
