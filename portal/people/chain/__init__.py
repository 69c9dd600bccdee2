"""Who appraises whom on a given day, and why."""
