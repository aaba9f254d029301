"""A town full of people for the tests and benchmarks of the network: written by COPY, the same for the same seed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import numpy as np

from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id

TONGUES = ["nl", "fr", "ar", "tr", "en", "es"]
PERSON = ("id", "organisation_id", "given_name", "picture", "adult", "language", "languages", "neighbourhood_id", "reach")
POST = ["id", "organisation_id", "kind", "author_id", "theme_id", "language", "text", "state", "quiet", "neighbourhood_id"]
POST += ["reach", "slots", "language_bits", "expires_at", "created_at", "capacity"]
MATCH = ["id", "need_id", "offer_id", "asker_id", "helper_id", "state", "origin", "score", "parts", "metres", "level", "languages"]
MATCH += ["proposed_at", "offer_answer", "offered_at"]
TIE = ("a", "b", "first_on", "last_on", "helps", "a_helped", "b_helped", "themes")


async def settle(db: Db, people: Mapping[int, int], *, on: date, degree: float = 2.0, seed: int = 7, posts: bool = True) -> dict[int, list]:
    """So many people in each neighbourhood, with `degree` ties each on average and a post each; gives their ids by neighbourhood."""
    luck = np.random.default_rng(seed)
    organisation = new_id()
    await db.execute("insert into organisation (id, names) values ($1, $2)", organisation, {"nl": "Sociale dienst"})
    themes = [row["id"] for row in await db.fetch("select id from theme where parent_id is not null order by id")]
    homes = np.repeat(list(people), list(people.values()))
    ids = sorted(new_id() for _ in homes)
    tongues = [[TONGUES[one] for one in luck.choice(len(TONGUES), 2, replace=False, p=[0.3, 0.3, 0.15, 0.1, 0.1, 0.05])] for _ in homes]
    reach = luck.integers(0, 4, len(homes))
    rows = [
        (ids[one], organisation, "Buur", 1, True, tongues[one][0], tongues[one], int(home), int(reach[one]))
        for one, home in enumerate(homes)
    ]
    await db.copy_records_to_table("person", columns=list(PERSON), records=rows)
    await _tie(db, luck, ids, homes, themes, degree, on)
    if posts:
        await _post(db, luck, ids, homes, tongues, reach, themes, organisation, on)
    found: dict[int, list] = {}
    for identity, home in zip(ids, homes, strict=True):
        found.setdefault(int(home), []).append(identity)
    return found


async def _tie(db: Db, luck, ids: list, homes, themes: list[int], degree: float, on: date) -> None:
    many = len(ids)
    if not many or not degree:
        return
    lively = np.array([0.3 + (int(home) * 7919 % 11) / 5 for home in homes])
    a = luck.choice(many, int(many * degree / 2), p=lively / lively.sum())
    near = luck.random(len(a)) < 0.7
    order = np.argsort(homes, kind="stable")
    b = np.where(
        near,
        order[np.clip(np.searchsorted(homes[order], homes[a]) + luck.integers(0, 40, len(a)), 0, many - 1)],
        luck.integers(0, many, len(a)),
    )
    pairs = sorted({(min(x, y), max(x, y)) for x, y in zip(a.tolist(), b.tolist(), strict=True) if x != y})
    rows = []
    for x, y in pairs:
        day = on - timedelta(days=int(luck.integers(0, 360)))
        helps = int(luck.integers(1, 4))
        given = int(luck.integers(0, helps + 1))
        kinds = sorted(set(luck.choice(themes[: 12 + homes[x] % 20], luck.integers(1, 3)).tolist()))
        rows.append((ids[x], ids[y], day, day, helps, given, helps - given, kinds))
    await db.copy_records_to_table("tie", columns=list(TIE), records=rows)


async def _post(db: Db, luck, ids: list, homes, tongues, reach, themes: list[int], organisation, on: date) -> None:
    from buurtnet.people.rules import language_bits

    end = datetime(on.year, on.month, on.day, tzinfo=UTC)
    posts, needs, offers = [], [], []
    for one, identity in enumerate(ids):
        kind = "offer" if luck.random() < 0.6 else "need"
        at = end - timedelta(days=int(luck.integers(1, 330)))
        post = new_id()
        theme = int(luck.choice(themes))
        what = [
            post,
            organisation,
            kind,
            identity,
            theme,
            tongues[one][0],
            "Een woord van een buur",
            "open",
            kind == "need",
            int(homes[one]),
        ]
        what += [int(reach[one]), int(luck.integers(1, 1 << 28)), language_bits(tongues[one]), end + timedelta(days=60), at, 3]
        posts.append(what)
        (offers if kind == "offer" else needs).append((post, identity, at))
    await db.copy_records_to_table("post", columns=POST, records=posts)
    matches = []
    for (need, asker, at), (offer, helper, _) in zip(needs, offers, strict=False):
        yes = at + timedelta(hours=float(luck.exponential(30)))
        matches.append((new_id(), need, offer, asker, helper, "offered", "engine", 0.5, [0.5] * 5, 300, 1, ["nl"], at, "yes", yes))
    await db.copy_records_to_table("match", columns=MATCH, records=matches)
