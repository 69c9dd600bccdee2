"""First passwords: one-time codes on printed slips, and the first administrator's code (decision 14.23)."""
