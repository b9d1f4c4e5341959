"""Alembic migrations: how a database came to its present schema."""
