"""The rules as tables of truth: no database, no browser, no clock but the one a test sets."""
