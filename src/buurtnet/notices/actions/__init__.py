"""What happens to notices: planned, sent, and told the way people want; devices, and letters that come back."""

from buurtnet.notices.actions.bounces import take_back
from buurtnet.notices.actions.devices import DEVICES, add_device, forget_devices, remove_device
from buurtnet.notices.actions.planning import drop_notices, forget_notices, plan_notice
from buurtnet.notices.actions.sending import claim_messages, close_message, send_code, send_message
from buurtnet.notices.actions.wishing import resume_topics, set_wishes, stop_topics

__all__ = [
    "DEVICES",
    "add_device",
    "claim_messages",
    "close_message",
    "drop_notices",
    "forget_devices",
    "forget_notices",
    "plan_notice",
    "remove_device",
    "resume_topics",
    "send_code",
    "send_message",
    "set_wishes",
    "stop_topics",
    "take_back",
]
