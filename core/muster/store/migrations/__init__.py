"""Alembic's migrations of the tables that every database has."""
