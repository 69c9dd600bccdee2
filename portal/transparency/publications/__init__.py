"""Publications: frozen figures of a closed period."""
