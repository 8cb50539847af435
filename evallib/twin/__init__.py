"""Invented answers from any structure, marked as such: the demo project's, and those of a rehearsal."""
