"""The employee's yearly plan (SKP) and its versions."""
