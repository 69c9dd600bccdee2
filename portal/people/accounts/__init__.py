"""Accounts, sign-in, sessions and grants (decisions §5, 14.15, 14.30)."""
