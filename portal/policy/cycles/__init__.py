"""The performance year of a region: its periods, their deadlines, and who is enrolled in each."""
