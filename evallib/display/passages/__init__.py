"""Makers of the computed prose."""
