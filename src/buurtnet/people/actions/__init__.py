"""What people and workers do with accounts, one noun a file."""

from buurtnet.people.actions.acting import hand_over, look_after, open_contact, start_acting, stop_acting
from buurtnet.people.actions.blocks import ask_block, confirm_block, end_block, end_blocks
from buurtnet.people.actions.cards import activate_card, enter_with_card, issue_cards, revoke_card
from buurtnet.people.actions.codes import ask_code, forget_old, verify_code
from buurtnet.people.actions.contacts import (
    add_number_to_call,
    ask_contact_code,
    confirm_contact,
    find_owner,
    list_contacts,
    mark_failing,
    remove_contact,
    try_contact_again,
)
from buurtnet.people.actions.joining import join, register_person, welcome
from buurtnet.people.actions.sessions import choose_person, enter, mark_seen, open_session, sign_out, sign_out_everywhere
from buurtnet.people.actions.staff import add_area, add_organisation, add_staff, enter_as_staff, enter_with_passkey
from buurtnet.people.actions.wishes import change_person, end_pauses, keep_away, pause, resume, set_pin, stop_keeping_away

__all__ = [
    "activate_card",
    "add_area",
    "add_number_to_call",
    "add_organisation",
    "add_staff",
    "ask_block",
    "ask_code",
    "ask_contact_code",
    "change_person",
    "choose_person",
    "confirm_block",
    "confirm_contact",
    "end_block",
    "end_blocks",
    "end_pauses",
    "enter",
    "enter_as_staff",
    "enter_with_card",
    "enter_with_passkey",
    "find_owner",
    "forget_old",
    "hand_over",
    "issue_cards",
    "join",
    "keep_away",
    "list_contacts",
    "look_after",
    "mark_failing",
    "mark_seen",
    "open_contact",
    "open_session",
    "pause",
    "register_person",
    "remove_contact",
    "resume",
    "revoke_card",
    "set_pin",
    "sign_out",
    "sign_out_everywhere",
    "start_acting",
    "stop_acting",
    "stop_keeping_away",
    "try_contact_again",
    "verify_code",
    "welcome",
]
