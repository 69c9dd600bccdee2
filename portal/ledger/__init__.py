"""The ledger: column types, the write door, append-only events, once-only keys, jobs and files.

Knows no room and no request.
"""
