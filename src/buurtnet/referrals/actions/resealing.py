"""What is sealed of referrals, for the rotation of keys."""

from buurtnet.kit.resealing import Sealed

STALE = "select id, sealed from referral_words where not starts_with(encode(sealed, 'hex'), encode($1::bytea, 'hex')) order by id limit $2 for update"
WRITE = (
    "update referral_words set sealed = new.sealed from unnest($1::uuid[], $2::bytea[]) new (id, sealed) where referral_words.id = new.id"
)
TOLD = Sealed("referral_words", "sealed", STALE, WRITE)
"""What partners may be told."""
