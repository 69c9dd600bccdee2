"""Demo data: five real places with invented people, whose year is played by the real actions (decisions §10).

Everything here is deterministic but for references and hashes. What is said and how the places look
stands in ``data/``; what happens when is decided in ``play``.
"""
