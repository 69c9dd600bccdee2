"""Published figures of services: frozen by version, looked at by a second person, shown against the standard."""
