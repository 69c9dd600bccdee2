"""Words that every room may say: refusals, exact numbers, dates, texts, references, workflows.

Standard library only; nothing here knows Flask, a database or a room.
"""
