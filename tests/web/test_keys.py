"""Each form of the resident's client has its effect once: its address carries a key."""

import re
from pathlib import Path

SLICES = Path(__file__).parents[2] / "src/buurtnet"
WITHOUT = {
    # What they do is done to a cookie of this browser, which an answer given again does not carry.
    "web/parts.html": {"/language", "/acting/stop"},
    "posts/say.html": {"/new/{{ kind }}/{{ slug }}"},
    "people/me.html": {"/sign-out", "/me/sign-out-everywhere"},
    "people/contacts.html": {"/me/contact"},
    "privacy/send.html": {"/me/data/forget/code"},
}
OTHERS = {
    # Nobody is signed in yet, or a worker is.
    "people": {"about", "address", "card", "code", "pin", "who", "staff_address", "staff_code", "worker", "person", "register", "cards"}
    | {"begin", "keys", "passkeys", "leave"},
    "moderation": {"posts", "reports", "parts"},
    "notices": {"stop"},
    # A recording is sent once by its own script; each step of forgetting ends the one before it.
    "voice": {"parts"},
    "privacy": {"pictures", "code", "sure"},
    # Sent again as it was, under the key it had.
    "people/kept": {"kept"},
    "web": {"confirm"},
    "network": {"holders"},
}


def test_every_form_of_a_resident_carries_a_key() -> None:
    bare = []
    for template in sorted(SLICES.glob("*/templates/*.html")):
        slice_name, name = template.parts[-3], f"{template.parts[-3]}/{template.name}"
        if template.stem in OTHERS.get(slice_name, ()) or template.stem in OTHERS.get(f"{slice_name}/{template.stem}", ()):
            continue
        for form in re.findall(r'<form\b[^>]*method="post".*?(?<!\})>', template.read_text()):
            action = re.search(r'action="([^"]*)"', form)
            if "/desk" not in form and "once()" not in form and (action[1] if action else "") not in WITHOUT.get(name, set()):
                bare.append((name, form))
    assert bare == []
