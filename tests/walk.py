"""Walking through the application as somebody: every link that is offered is followed and every form sent, each kind of address a few times."""

import json
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import msgspec

from buurtnet.web.language import today
from tests.asking import Answer
from tests.stage import Stage

UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SLUGS = re.compile(r"^(/new/\w+)/[^/]+")
"""One theme is like another."""
NUMBERS = re.compile(r"(?<=/)\d+(?=/|$)")
SAME_FOR_ALL = ("/static/", "/tiles/", "/api/docs", "/sw.js", "/map/style.json", "/map/flows.json")
"""What holds no word of anybody: files of the program and shapes of neighbourhoods."""
WORD = "kanarie"
"""What is typed into every field: it finds whatever holds a secret, and is none itself."""
TYPED = {
    "email": "somebody@example.org",
    "tel": "0470123456",
    "number": "1",
    "date": "",
    "file": None,
    "submit": None,
    "button": None,
    "reset": None,
}
VARIANTS = 3
"""Ways in which one form is sent: each of its buttons, and a few choices of its lists."""


class SentForm(msgspec.Struct):
    """A form of a page: where it goes, and what each of its fields can hold."""

    method: str
    action: str
    fields: dict[str, list[str]]
    buttons: list[tuple[str, str]]

    def ways(self) -> Iterator[list[tuple[str, str]]]:
        """What is sent: everything with its first value and each button in turn, then each other value of a list."""
        first = [(name, values[0]) for name, values in self.fields.items() if values]
        yield from ([*first, button] for button in self.buttons or [("", "")])
        for name, values in self.fields.items():
            for value in values[1:]:
                yield [*((one, "" if one == "" else said) for one, said in first if one != name), (name, value), *self.buttons[:1]]


class Seen(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[SentForm] = []
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.links += [said[name] for name in ("href", "src", "hx-get", "data-src") if said.get(name)]
        match tag:
            case "form":
                self.forms.append(SentForm(said.get("method", "get").lower(), said.get("action", ""), {}, []))
            case "select":
                self._select = said.get("name", "")
                self._field(self._select)
            case "option":
                self._field(self._select, said.get("value", ""))
            case "textarea":
                self._field(said.get("name", ""), WORD)
            case "button" if self.forms and said.get("name"):
                self.forms[-1].buttons.append((said["name"], said.get("value", "")))
            case "input":
                kind = said.get("type", "text")
                given = said.get("value") if kind in ("hidden", "radio", "checkbox", "submit") else None
                self._field(said.get("name", ""), given or {**TYPED, "date": today().isoformat()}.get(kind, WORD))

    def _field(self, name: str, value: str | None = None) -> None:
        if name and self.forms:
            values = self.forms[-1].fields.setdefault(name, [])
            if value is not None and value not in values:
                values.append(value)


class Step(msgspec.Struct):
    """One request of a walk and its answer."""

    method: str
    address: str
    answer: Answer


def kind_of(address: str) -> str:
    """The address without ids, numbers and what its query says: one of these is like another."""
    parts = urlsplit(address)
    path = SLUGS.sub(r"\1/THEME", NUMBERS.sub("N", UUIDS.sub("ID", parts.path)))
    return f"{path}?{','.join(sorted(name for name, _ in parse_qsl(parts.query) if name != 'once'))}"


def links_of(address: str, answer: Answer) -> tuple[Sequence[str], Sequence[SentForm]]:
    """Where one can go on from an answer."""
    kind = answer.headers.get("content-type", "")
    links = [answer.headers["location"]] if "location" in answer.headers else []
    if kind.startswith("text/html"):
        seen = Seen(answer.text)
        return [*links, *seen.links], seen.forms
    if kind.startswith("application/json"):
        said = json.loads(answer.text or "null")
        if isinstance(said, dict) and said.get("next"):
            links.append(f"{urlsplit(address).path}?{urlencode({'after': said['next']})}")
    return links, ()


async def walk(stage: Stage, actor: str, begins: Iterable[str], *, looks: int, sends: bool) -> list[Step]:
    """Every request of a walk: each kind of address `looks` times, and where `sends`, each form in some ways."""
    steps: list[Step] = []
    taken: Counter[str] = Counter()
    waiting = deque(begins)
    while waiting:
        address = waiting.popleft()
        if taken[kind := kind_of(address)] >= looks:
            continue
        taken[kind] += 1
        answer = await stage.ask(actor, "GET", address)
        steps.append(Step("GET", address, answer))
        links, forms = links_of(address, answer)
        waiting.extend(inside(address, links))
        for form in forms:
            async for step in _send(stage, actor, address, form, taken, sends=sends):
                steps.append(step)
                more, _forms = links_of(step.address, step.answer)
                waiting.extend(inside(step.address, more))
    return steps


async def _send(stage: Stage, actor: str, page: str, form: SentForm, taken: Counter[str], *, sends: bool):
    for target in inside(page, [form.action or page]):
        for number, said in enumerate(form.ways()):
            told = [pair for pair in said if pair[0]]
            address = target if form.method == "post" else f"{target.partition('?')[0]}?{urlencode(told)}"
            kind = f"{form.method} {kind_of(address)} {sorted(form.fields)} {number}"
            if number >= VARIANTS or taken[kind] or (form.method == "post" and not sends):
                continue
            taken[kind] += 1
            if form.method == "post":
                headers = {"Content-Type": "application/x-www-form-urlencoded"}
                answer = await stage.ask(actor, "POST", address, content=urlencode(told), headers=headers)
            else:
                answer = await stage.ask(actor, "GET", address)
            yield Step(form.method.upper(), address, answer)


def inside(page: str, links: Iterable[str]) -> list[str]:
    """The links that lead to other pages of this application."""
    found: list[str] = []
    for link in links:
        whole = urlsplit(urljoin(f"http://127.0.0.1:8000{page}", link))
        if whole.netloc == "127.0.0.1:8000" and whole.scheme == "http" and not whole.path.startswith(SAME_FOR_ALL):
            found.append(whole.path + (f"?{whole.query}" if whole.query else ""))
    return found
