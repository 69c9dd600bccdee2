"""People: regions and their tree of units, positions and who holds them, accounts and grants."""
