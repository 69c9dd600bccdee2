"""Services of agencies: their standard, their indicators, and values by unit and period (WGR-8, BNY-1)."""
