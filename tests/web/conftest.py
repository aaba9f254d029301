from collections.abc import AsyncGenerator

import httpx
import pytest
from litestar import Litestar

from tests.web.gallery.app import create_gallery


@pytest.fixture(scope="session")
def gallery_app() -> Litestar:
    return create_gallery()


@pytest.fixture
async def gallery(gallery_app: Litestar) -> AsyncGenerator[httpx.AsyncClient]:
    """A visitor's browser on the gallery."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gallery_app), base_url="http://127.0.0.1:8000") as browser:
        yield browser
