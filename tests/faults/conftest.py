"""Faults happen to the same small shop that the services are tested in."""

from tests.services.conftest import bank_url, stocked_file, stocked_postgres, stocked_url, world

__all__ = ["bank_url", "stocked_file", "stocked_postgres", "stocked_url", "world"]
