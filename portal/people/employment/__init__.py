"""Employees: status, staff numbers, ranks, tenures of positions."""
