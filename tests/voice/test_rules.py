"""What is a voice note and what is not: read from files as browsers and chat programs write them, and from everything else."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from buurtnet.kit.errors import Invalid
from buurtnet.voice.rules import LONGEST, MOST_BYTES, NOT_PLAYABLE, NOTHING, TOO_LONG, TOO_SHORT, check_note
from buurtnet.voice.rules.ogg import read_ogg
from buurtnet.voice.rules.opus import RATE, NotOpus, Track, count_samples, read_head, write_head
from buurtnet.voice.rules.webm import read_webm, write_webm
from tests.sounds import RECORDED, make_ogg, make_sound, make_track, write_page


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        check_note(data)
    return refused.value.errors["voice"]


def test_what_chromium_records_is_a_note_and_says_how_long_it_is() -> None:
    track = read_webm(RECORDED)
    assert (track.channels, len(track.packets), track.samples / RATE) == (1, 33, 1.98)
    note = check_note(RECORDED)
    assert note.seconds == 2
    assert read_webm(note.sound) == track, "every packet is there, in its order"


def test_only_sound_survives() -> None:
    """Names of programs, devices and songs, and whatever hides between the elements, are not written again."""
    hidden = RECORDED.replace(b"Chrome", b"Geheim")
    assert b"Geheim" in hidden and b"Geheim" not in check_note(hidden).sound
    tagged = make_ogg(make_track(), tags=b"OpusTags\x06\x00\x00\x00Geheim\x00\x00\x00\x00")
    assert b"Geheim" not in check_note(tagged).sound
    assert check_note(check_note(hidden).sound) == check_note(hidden), "once clean, it stays as it is"


def test_the_same_sound_in_ogg_is_the_same_note() -> None:
    track = make_track(seconds=3)
    assert read_ogg(make_ogg(track)) == track
    assert check_note(make_ogg(track)) == check_note(write_webm(track))
    big = Track(1, 0, [bytes([3 << 3]) + bytes(700)] * 20)
    assert read_ogg(make_ogg(big)) == big, "a packet that needs several segments"


def test_a_packet_that_goes_on_in_the_next_page_is_one() -> None:
    track = make_track(seconds=1.2)
    long = bytes([3 << 3]) + bytes(299)
    start = make_ogg(track)
    first = write_page(b"buur", 9, 0, [long[:255]], table=bytes([255]))
    last = write_page(b"buur", 10, 1, [long[255:]])
    assert read_ogg(start + first + last).packets[-1] == long
    for broken in (start + first, start + last, start + first + write_page(b"buur", 10, 0, [long[255:]])):
        with pytest.raises(NotOpus):
            read_ogg(broken)


@pytest.mark.parametrize(("seconds", "said"), [(31.2, TOO_LONG), (0.24, TOO_SHORT)])
def test_how_long_it_is_stands_in_its_packets(seconds: float, said: str) -> None:
    """What a file says of itself is not asked."""
    assert refusal(make_sound(seconds=seconds)) == said
    assert refusal(make_ogg(make_track(seconds=seconds))) == said
    assert refusal(make_ogg(make_track(seconds=600))) == TOO_LONG


def test_thirty_seconds_are_not_too_long() -> None:
    assert check_note(make_sound(seconds=30)).seconds == LONGEST
    assert check_note(make_sound(seconds=30.9)).seconds == LONGEST, "a browser stops a moment later"


@pytest.mark.parametrize(
    "data",
    [
        b"hello",
        b"\x00" * 100,
        b"\xff\xfb\x90\x00" * 100,  # MP3
        b"\x00\x00\x00\x18ftypM4A ",  # AAC, as older iPhones record it
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"#!AMR\n" + bytes(50),
        RECORDED.replace(b"A_OPUS", b"A_VORB"),
        RECORDED.replace(b"webm", b"webX"),
        RECORDED.replace(b"OpusHead\x01\x01", b"OpusHead\x01\x06"),
        RECORDED[:-3],
        RECORDED + RECORDED,
        RECORDED.replace(b"\x83\x81\x02\x86", b"\x83\x81\x01\x86"),  # a track of pictures
        make_ogg(make_track())[:-1],
        make_ogg(make_track()) + make_ogg(make_track()).replace(b"buur", b"naab"),
        make_ogg(make_track(channels=2)).replace(b"OpusTags", b"OpusTagz"),
        make_sound(seconds=2).replace(b"\xa3", b"\xa3\x00", 1),
    ],
)
def test_anything_else_is_refused_with_a_sentence_that_says_what_to_do(data: bytes) -> None:
    assert refusal(data) == NOT_PLAYABLE


def test_nothing_and_too_much_are_told_apart() -> None:
    assert refusal(b"") == NOTHING
    assert refusal(RECORDED + bytes(MOST_BYTES)) == TOO_LONG


def test_two_tracks_are_one_too_many() -> None:
    at = RECORDED.index(b"\x16\x54\xae\x6b")
    entry = RECORDED[at + 5 : at + 5 + (RECORDED[at + 4] & 0x7F)]
    twice = RECORDED[: at + 4] + bytes([0x40, 2 * len(entry)]) + entry + entry + RECORDED[at + 5 + len(entry) :]
    unknown = b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"
    twice = twice.replace(twice[twice.index(b"\x18\x53\x80\x67") :][:12], unknown)
    assert refusal(twice) == NOT_PLAYABLE


@pytest.mark.parametrize(
    ("packet", "milliseconds"),
    [
        (bytes([3 << 3]), 60),
        (bytes([16 << 3]), 2.5),
        (bytes([31 << 3 | 1, 0, 0]), 40),
        (bytes([3 << 3 | 3, 2]), 120),
        (bytes([15 << 3]), 20),
    ],
)
def test_how_long_a_packet_lasts(packet: bytes, milliseconds: float) -> None:
    assert count_samples(packet) * 1000 / RATE == milliseconds


@pytest.mark.parametrize(
    "packet",
    [b"", bytes([3 << 3 | 3]), bytes([3 << 3 | 3, 0]), bytes([3 << 3 | 3, 3]), bytes([1, 0]), bytes([2]), bytes([0]) + bytes(1276)],
)
def test_what_no_packet_is(packet: bytes) -> None:
    with pytest.raises(NotOpus):
        count_samples(packet)


def test_a_header_says_channels_and_what_to_leave_out() -> None:
    assert read_head(write_head(make_track(channels=2))) == (2, 312)
    for wrong in (b"OpusHead", write_head(make_track()).replace(b"OpusHead\x01", b"OpusHead\x11"), write_head(make_track())[:-1] + b"\x01"):
        with pytest.raises(NotOpus):
            read_head(wrong)


OGG = make_ogg(make_track(seconds=1))


@given(st.binary(max_size=2_000))
@example(b"\x1a\x45\xdf\xa3\x80")
@example(b"OggS\x00" + bytes(22))
def test_no_bytes_bring_it_down(data: bytes) -> None:
    for made in (data, b"OggS" + data, RECORDED[:300] + data):
        try:
            note = check_note(made)
        except Invalid:
            continue
        assert 1 <= note.seconds <= LONGEST


@given(st.sampled_from([RECORDED, OGG]), st.data())
def test_a_damaged_file_is_refused_or_still_a_note(whole: bytes, data: st.DataObject) -> None:
    broken = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(broken)))
    try:
        note = check_note(bytes(broken[:cut]))
    except Invalid:
        return
    assert check_note(note.sound).sound == note.sound
