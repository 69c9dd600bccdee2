"""One performance year of one employee: plan, progress, evaluation."""
