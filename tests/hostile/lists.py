"""Files that name other files: FFmpeg would open what stands in them, on this machine or elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

# What such a file would have opened: one that is sound, one that is a secret, and an address.
NAMES = ("a.m3u8", "a.wav", "a.mp3", "a.mp4", "a.ogg")


def lists(victim: str, address: str) -> Iterator[tuple[str, bytes]]:
    """What kind of list it is, and the list, of `victim` (a path) and `address` (a URL)."""
    for target in (victim, f"file://{victim}", address, f"concat:{victim}", f"subfile,,start,0,end,9,,:{victim}"):
        kind = target.partition(":")[0].partition("/")[0] or "path"
        yield f"hls of {kind}", f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n".encode()
        yield f"concat script of {kind}", f"ffconcat version 1.0\nfile '{target}'\nduration 9\n".encode()
        yield f"pls of {kind}", f"[playlist]\nFile1={target}\nNumberOfEntries=1\n".encode()
    yield (
        "hls with a key",
        f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="file://{victim}"\n#EXTINF:9,\n{address}\n#EXT-X-ENDLIST\n'.encode(),
    )
    yield "hls of hls", f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{address}\n".encode()
    yield "sdp", b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n"
    yield (
        "dash",
        f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet mimeType="audio/mp4">'
        f"<Representation><BaseURL>{address}</BaseURL></Representation></AdaptationSet></Period></MPD>".encode(),
    )
    yield "asx", f'<asx version="3.0"><entry><ref href="{address}"/></entry></asx>'.encode()
    yield "ram", f"{address}\n".encode()
    yield "redirect", f"[Reference]\nRef1={address}\n".encode()
    yield "image sequence", f"{victim}%03d.png".encode()
    yield "ffmetadata", b";FFMETADATA1\ntitle=x\n"
    yield "quicktime of another file", _quicktime(address)


def _quicktime(address: str) -> bytes:
    """A reference movie: `moov` with nothing but the address of where the sound is."""
    reference = b"\0\0\0\0url " + len(address).to_bytes(4, "big") + address.encode() + b"\0"
    inner = _atom(b"rmra", _atom(b"rmda", _atom(b"rdrf", reference)))
    return _atom(b"ftyp", b"qt  \0\0\0\0qt  ") + _atom(b"moov", inner)


def _atom(name: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + name + body
