"""Tables of people: who they are, what they may do where, how they sign in, and the audit chain."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from muster.store.schema import NUMBER, metadata


def numbered() -> Column[int]:
    """Return the column that numbers a table's rows."""
    return Column("id", NUMBER, primary_key=True, autoincrement=True)


person = Table(
    "person",
    metadata,
    numbered(),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False, unique=True),
    Column("active", Boolean, nullable=False),
    Column("password_hash", Text),
    Column("oidc_subject", Text, unique=True),
    Column("created_at", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""A person who may sign in. ``email`` is kept in lower case and is what a person signs in with."""

role_grant = Table(
    "role_grant",
    metadata,
    numbered(),
    Column("person", NUMBER, ForeignKey("person.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("organization", Text),
    Column("year", Integer),
    Column("starts", Text),
    Column("ends", Text),
    Column("delegated_by", NUMBER, ForeignKey("person.id")),
    Column("lent_grant", NUMBER, ForeignKey("role_grant.id")),
    Column("given_by", Text, nullable=False),
    Column("given_at", Text, nullable=False),
    Column("ended_by", Text),
    Column("ended_at", Text),
    Index("role_grant_by_person", "person"),
    Index("role_grant_by_place", "state", "organization"),
    sqlite_autoincrement=True,
)
"""A role in a state, for an organization and everything below it (null: the whole state) and a year (null: all).
``starts`` and ``ends`` are days, both inclusive; ``delegated_by`` lent the role from ``lent_grant``, and it
lapses with that."""

access_request = Table(
    "access_request",
    metadata,
    numbered(),
    Column("person", NUMBER, ForeignKey("person.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("organization", Text),
    Column("year", Integer),
    Column("reason", Text, nullable=False),
    Column("asked_at", Text, nullable=False),
    Column("decision", Text),
    Column("decided_by", Text),
    Column("decided_at", Text),
    Column("decision_reason", Text),
    Index("access_request_by_person", "person"),
    sqlite_autoincrement=True,
)
"""A person's request for a role; ``decision`` is null, approved or refused."""

api_token = Table(
    "api_token",
    metadata,
    numbered(),
    Column("person", NUMBER, ForeignKey("person.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("permissions", Text, nullable=False),
    Column("organization", Text),
    Column("expires_at", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("last_used_at", Text),
    Column("revoked_at", Text),
    sqlite_autoincrement=True,
)
"""A token acts for a person, with no more than these ``permissions`` (JSON list), until it expires; in a state, and in
an organization of it and below, where these are given.

Only its hash is kept."""

organization_relation = Table(
    "organization_relation",
    metadata,
    numbered(),
    Column("state", Text, nullable=False),
    Column("organization", Text, nullable=False),
    Column("relation", Text, nullable=False),
    Column("other", Text, nullable=False),
    Column("starts", Text),
    Column("ends", Text),
    UniqueConstraint("state", "organization", "relation", "other", "starts"),
    sqlite_autoincrement=True,
)
"""Beside the tree: member of, provides for; dated."""

organization_identifier = Table(
    "organization_identifier",
    metadata,
    numbered(),
    Column("state", Text, nullable=False),
    Column("organization", Text, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("starts", Text),
    Column("ends", Text),
    UniqueConstraint("state", "scheme", "value", "starts"),
    Index("organization_identifier_by_organization", "state", "organization"),
    sqlite_autoincrement=True,
)
"""Dated identifiers by scheme: CTDS and Entity ID; SS and LE."""

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("state", Text, primary_key=True),
    Column("organization", Text, primary_key=True),
    Column("number", NUMBER, primary_key=True),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("value_digest", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
)
"""One hash chain per organization ("" for what concerns none): each entry seals the one before."""

audit_value = Table(
    "audit_value",
    metadata,
    Column("state", Text, primary_key=True),
    Column("organization", Text, primary_key=True),
    Column("number", NUMBER, primary_key=True),
    Column("detail", Text, nullable=False),
)
"""What an audit entry says in full, as JSON; retention may erase it without breaking the chain."""

audit_head = Table(
    "audit_head",
    metadata,
    Column("state", Text, primary_key=True),
    Column("organization", Text, primary_key=True),
    Column("number", NUMBER, nullable=False),
    Column("digest", Text, nullable=False),
)
"""The newest entry of each chain; locked while an entry is added."""
