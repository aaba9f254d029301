"""Conversations between two people who both said yes.

Bodies are sealed in the vault and stand under row-level security: only the two sides read them, and a facilitator what a side reported.
Knows no matches: matching opens a conversation for two people (`actions.open_conversation`). Announces `MessageSent`, `MessageFlagged`,
`ConversationReported`; reacts to its own `MessageSent` by telling the reader. Invariants: two participants; a closed
conversation takes no message; at most one notice about messages that were not read yet.
"""
