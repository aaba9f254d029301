"""What happens to referrals. Ids only."""

from uuid import UUID

import msgspec


class ReferralMoved(msgspec.Struct, frozen=True):
    """A referral was proposed or took a step: somebody is to be asked, or a worker looks after it later."""

    referral_id: UUID
