"""What tests of all kinds stand on: a throwaway PostgreSQL server and a real browser."""
