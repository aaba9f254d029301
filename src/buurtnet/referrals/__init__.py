"""A right or a service first: what somebody may be entitled to, what keeps them from it, and the way to a partner and back.

Words: a *right* and a *barrier* (codes of the installation's own lists), a *partner* (an organisation that can help, in the directory of one's own
organisation), a *referral* (handing a need to a partner, with consent, and hearing back).
Invariants: a partner hears nothing before the person said yes to exactly these words; the person may take that back until it was told; reminders
go to workers, never to the person; outside the responsible workers' own desk rights and barriers are counted by the small-number rules, frozen by month.
Announces: ReferralMoved. Reacts to geography.NeighbourhoodsReplaced; its crons freeze the counts and forget referrals that are over.
"""
