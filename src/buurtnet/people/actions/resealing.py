"""What is sealed of people, for the rotation of keys; codes in sealed envelopes live ten minutes and are left alone."""

from buurtnet.kit.resealing import Sealed

STALE_CONTACTS = (
    "select id, sealed from contact where not starts_with(encode(sealed, 'hex'), encode($1::bytea, 'hex')) order by id limit $2 for update"
)
WRITE_CONTACTS = "update contact set sealed = new.sealed from unnest($1::uuid[], $2::bytea[]) new (id, sealed) where contact.id = new.id"
STALE_CREDENTIALS = "select id, sealed from credential where not starts_with(encode(sealed, 'hex'), encode($1::bytea, 'hex')) order by id limit $2 for update"
WRITE_CREDENTIALS = (
    "update credential set sealed = new.sealed from unnest($1::uuid[], $2::bytea[]) new (id, sealed) where credential.id = new.id"
)
SECRETS = (
    Sealed("contact", "sealed", STALE_CONTACTS, WRITE_CONTACTS),
    Sealed("credential", "sealed", STALE_CREDENTIALS, WRITE_CREDENTIALS),
)
"""Addresses, and the secrets of authenticators."""
