"""Exchange with the national application e-Kinerja BKN: what goes there, what comes back, what differs."""
