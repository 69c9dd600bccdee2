"""What a policy makes of facts: advice, ratings by the quadrant, scores, and how each came about."""
