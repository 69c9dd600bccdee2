"""What makes, serves, keeps and brings back a real installation; its commands need no app to begin with."""
