"""Buying a number: one module a step."""
