// Where the page opens: `?t=` at that second, `#s12` at that segment; also in a part that is not there yet.
// With `&play` it is played from there; a browser that wants a click first leaves it at that.

export class Opening {
  constructor(segments, text, player) {
    const query = new URLSearchParams(location.search);
    const seconds = Number(query.get("t"));
    const index = /^#s(\d+)$/.exec(location.hash)?.[1];
    if (seconds > 0) this.#openAt(Math.round(seconds * 1000), segments, text, player, query.has("play"));
    else if (index) this.#openSegment(index, segments, text, player);
  }

  async #openAt(ms, segments, text, player, play) {
    player.seek(ms, { play });
    await segments.reach(ms);
    text.mark(ms)?.scrollIntoView({ block: "center", behavior: "instant" });
  }

  async #openSegment(index, segments, text, player) {
    if (!segments.get(index)) await segments.reachAll();
    const segment = segments.get(index);
    if (!segment) return;
    player.seek(segment.start);
    segment.element.scrollIntoView({ block: "center", behavior: "instant" });
  }
}
