"""The installation's lists (listing), the directory (partners), referrals and their steps (referring), what is counted (counting)."""

from buurtnet.referrals.actions.counting import forget_referrals, freeze_counts
from buurtnet.referrals.actions.listing import load_lists
from buurtnet.referrals.actions.partners import add_partner, change_partner, end_partner
from buurtnet.referrals.actions.referring import answer_referral, ask_person, begin_referral, end_of_post, propose_referral, take_step

__all__ = [
    "add_partner",
    "answer_referral",
    "ask_person",
    "begin_referral",
    "change_partner",
    "end_of_post",
    "end_partner",
    "forget_referrals",
    "freeze_counts",
    "load_lists",
    "propose_referral",
    "take_step",
]
