"""Makers of the figures, one module a family."""
