"""The structure by forms: units, posts, who holds them and who is away; every change dated."""
