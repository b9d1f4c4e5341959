"""The world outside, one protocol each."""
