"""Reading: what anybody may read about Buurtnet in plain words, and whom they can turn to.

Words: *how it works*, the *privacy statement*, the *house rules*, the *accessibility statement*, the *contact points* (who runs this
installation and who helps outside it; a file, `contact.toml` or the one that BUURTNET_CONTACT names). Privacy statement and house rules
have one version, the date that consents bear (people.rules.CONSENT_VERSION).
Invariants: no page needs an account; nothing of a person stands on a page but the name of the reader's own worker. Owns no tables.
"""
