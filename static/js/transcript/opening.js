// Where the page opens: `?t=` at that second, `#s12` at that segment; also in a part that is not there yet.
// With `&play` it is played from there; a browser that wants a click first leaves it at that.

// Seek to `ms` and show what is said there, fetched where it has to be.
export async function showAt(ms, segments, text, player, { play = false } = {}) {
  player.seek(ms, { play });
  await segments.reach(ms);
  text.mark(ms)?.scrollIntoView({ block: "center", behavior: "instant" });
}

export class Opening {
  constructor(segments, text, player) {
    const query = new URLSearchParams(location.search);
    const seconds = Number(query.get("t"));
    const index = /^#s(\d+)$/.exec(location.hash)?.[1];
    this.isAtBeginning = !(seconds > 0 || index);
    if (seconds > 0) showAt(Math.round(seconds * 1000), segments, text, player, { play: query.has("play") });
    else if (index) this.#openSegment(index, segments, text, player);
  }

  async #openSegment(index, segments, text, player) {
    if (!segments.get(index)) await segments.reachAll();
    const segment = segments.get(index);
    if (!segment) return;
    player.seek(segment.start);
    segment.element.scrollIntoView({ block: "center", behavior: "instant" });
  }
}
