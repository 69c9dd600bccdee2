"""How any page works: guard, door, page and fragment, forms, headers, errors, formats. Knows no room."""
