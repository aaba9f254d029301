"""How one is told, and on which device, for programs."""

from typing import Annotated

import msgspec
from litestar import Router, delete, get, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from buurtnet.kit.db import Db
from buurtnet.kit.guards import residents
from buurtnet.kit.push import Device, public_key
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.notices import actions
from buurtnet.notices.queries import get_wishes, shows_here
from buurtnet.notices.schemas import NewWishes, Wishes
from buurtnet.settings import Settings

WishesBody = Annotated[
    NewWishes,
    Body(examples=[Example(value={"pace": "daily", "quiet": {"start": 21, "end": 8}, "channels": {"messages": ["push", "email"]}})]),
]
DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]


class DeviceKeys(msgspec.Struct, frozen=True):
    """The public key and the secret with which a browser reads what it is sent."""

    p256dh: Annotated[str, msgspec.Meta(max_length=100)]
    auth: Annotated[str, msgspec.Meta(max_length=30)]


class NewDevice(msgspec.Struct, frozen=True):
    """A subscription as browsers write it (PushSubscription.toJSON)."""

    endpoint: Annotated[str, msgspec.Meta(max_length=1000)]
    keys: DeviceKeys


class ThisDevice(msgspec.Struct, frozen=True):
    """Whether this session's device shows notices, and by which key it knows that they are ours."""

    key: str
    shows: bool


DeviceBody = Annotated[
    NewDevice,
    Body(
        examples=[
            Example(
                value={
                    "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl",
                    "keys": {
                        "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
                        "auth": "tBHItJI5svbpez7KI4CCXg",
                    },
                }
            )
        ]
    ),
]


@get("/me/notices", operation_id="getMyNotices", summary="How I am told")
async def get_mine(db: DbIn, viewer: ViewerIn) -> Wishes:
    """Three messages a day at most (usual), one a day, three a week, or only about what I asked or agreed (own); the hours between which
    nothing comes; the channels of each topic, all of them where none is named."""
    return await get_wishes(db, viewer)


@put("/me/notices", operation_id="setMyNotices", summary="Change how I am told", status_code=204)
async def set_mine(db: DbIn, viewer: ViewerIn, data: WishesBody) -> None:
    """What is left out stays. Codes always come; what was agreed and what is about safety does not keep to the pace."""
    await actions.set_wishes(db, viewer, data)


@get("/me/device", operation_id="getMyDevice", summary="Whether this device shows notices")
async def get_device(db: DbIn, viewer: ViewerIn, vault: NamedDependency[Vault]) -> ThisDevice:
    """With the key for the browser's PushManager."""
    return ThisDevice(public_key(vault), await shows_here(db, viewer))


@put("/me/device", operation_id="setMyDevice", summary="Show notices on this device", status_code=204)
async def set_device(
    db: DbIn, viewer: ViewerIn, vault: NamedDependency[Vault], settings: NamedDependency[Settings], data: DeviceBody
) -> None:
    """Until the session ends. Only for the push services of Google, Mozilla, Apple and Microsoft; not for who shares their phone."""
    device = Device(data.endpoint, data.keys.p256dh, data.keys.auth)
    await actions.add_device(db, settings, vault, viewer, device)


@delete("/me/device", operation_id="removeMyDevice", summary="Show no notices on this device", status_code=204)
async def remove_device(db: DbIn, viewer: ViewerIn) -> None:
    """Also where it showed none."""
    await actions.remove_device(db, viewer)


api = Router("/api/v1", guards=[residents], tags=["me"], route_handlers=[get_mine, set_mine, get_device, set_device, remove_device])
