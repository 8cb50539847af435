"""Makers of the tables, one module a family."""
