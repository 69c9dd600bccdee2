"""Who types for whom: assisted entry, and the delegate of an official without a staff number (NEW-26)."""
