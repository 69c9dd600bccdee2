"""Action steps, progress, evidence and feedback of a period."""
