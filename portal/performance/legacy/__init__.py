"""Years before the method in force: imported with their own scale, shown as such, never mixed with others."""
