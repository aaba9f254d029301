"""What a text message costs: pure."""

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
DOUBLE = frozenset("^{}\\[~]|€\f")
"""Signs of the same alphabet that count as two."""
MOST_PARTS = 2


def count_parts(text: str) -> int:
    """As how many messages a text is sent and paid: of 160 signs in the alphabet of telephones, of 70 in any other; of a few less where there are
    several."""
    if set(text) <= GSM | DOUBLE:
        length, alone, each = sum(2 if sign in DOUBLE else 1 for sign in text), 160, 153
    else:
        length, alone, each = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= alone else -(-length // each)
