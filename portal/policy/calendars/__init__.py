"""Years, periods and their deadlines."""
