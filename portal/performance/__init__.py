"""The cycle: plans, progress and feedback, evaluations and the organisation's rating."""
