// The text of the page in chunks, each fetched when it comes near, the others when the browser has nothing else to do:
// then the browser's own search finds everything.
import { Chunk } from "./chunk.js";
import { getJson } from "./server.js";

const NEAR = "1500px";
const AT_ONCE = 10; // chunks in one question
const GROWS_TO = 100; // segments of a chunk, where text is heard while the page is open

export class Segments extends EventTarget {
  #chunks;
  #ordered = null;
  #coming = new Map(); // chunk → promise

  constructor(list, rows) {
    super();
    this.list = list;
    this.address = list.dataset.address;
    this.#chunks = [...list.querySelectorAll(".chunk")].map((element) => new Chunk(element));
    const shown = this.#chunks.find((chunk) => chunk.element.childElementCount);
    shown?.fill(rows, [...shown.element.children]);
    this.#changed();
    if (shown) this.#measure(shown);
    this.#watch();
    whenIdle(() => this.#fetchTheRest());
  }

  // All that are there, by time.
  get ordered() {
    return (this.#ordered ??= this.#chunks.flatMap((chunk) => chunk.segments));
  }

  get isComplete() {
    return this.#chunks.every((chunk) => chunk.isFilled);
  }

  get(index) {
    return document.getElementById(`s${index}`)?.segment ?? null;
  }

  // The last one that has begun at `ms`, or null; only of those that are there.
  lastBegun(ms) {
    const ordered = this.ordered;
    let [low, high] = [0, ordered.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ordered[middle].start <= ms) low = middle + 1;
      else high = middle;
    }
    return ordered[low - 1] ?? null;
  }

  // The neighbour in the text, fetched where it has to be: `step` 1 or -1.
  async beside(segment, step) {
    const ordered = this.ordered;
    const neighbour = ordered[ordered.indexOf(segment) + step];
    const own = this.#chunks.findIndex((chunk) => chunk.segments.includes(segment));
    for (let at = own + step; this.#chunks[at]; at += step) {
      if (this.#chunks[own].segments.at(step > 0 ? -1 : 0) !== segment) break;
      await this.#fetch([this.#chunks[at]]);
      if (this.#chunks[at].segments.length) return this.#chunks[at].segments.at(step > 0 ? 0 : -1);
    }
    return neighbour ?? null;
  }

  // Fetch what is heard at `ms`.
  async reach(ms) {
    const chunk = this.#chunkOf({ start_ms: ms, index: Infinity });
    if (chunk) await this.#fetch([chunk]);
  }

  async reachAll() {
    await this.#fetchTheRest();
  }

  put(rows) {
    for (const row of rows) {
      const [here, known] = [this.#chunkFor(row), this.get(row.index)];
      if (known && !here.segments.includes(known)) this.#take(row.index); // it has moved to another chunk
      here.put(row);
    }
    this.#changed();
  }

  // Of these only the speaker is new: by name, [index, version]. What comes between is fetched.
  async name(speakers) {
    const named = Object.entries(speakers).flatMap(([speaker, rows]) => rows.map((row) => [this.get(row[0]), speaker, row[1]]));
    if (!named.length) return;
    await Promise.all(this.#coming.values()); // they may have been asked for before the name was given
    const missed = named.filter(([segment, speaker, version]) => segment && !segment.beNamed(speaker, version));
    for (const [segment] of missed) await this.#fetchAgain(segment);
    this.#changed();
  }

  async #fetchAgain({ start, index }) {
    const answer = await getJson(`${this.address}?from=${start}.${index}&until=${start}.${index + 1}`);
    if (answer.ok) this.put(answer.body.segments);
  }

  remove(indexes) {
    for (const index of indexes) this.#take(index);
    this.#changed();
  }

  #take(index) {
    for (const chunk of this.#chunks) chunk.take(index);
  }

  #chunkOf(position) {
    return this.#chunks.findLast((chunk) => chunk.begins(position)) ?? this.#chunks[0];
  }

  #chunkFor(row) {
    const chunk = this.#chunkOf(row);
    const grows = chunk && chunk === this.#chunks.at(-1) && chunk.segments.length >= GROWS_TO;
    if (chunk && !(grows && chunk.segments.at(-1).start < row.start_ms)) return chunk;
    const added = Chunk.empty(this.list, [row.start_ms, row.index]);
    this.#chunks.push(added);
    return added;
  }

  #changed() {
    this.#ordered = null;
    let speaker = "";
    for (const segment of this.ordered) speaker = segment.follow(speaker);
    this.dispatchEvent(new Event("change"));
  }

  async #fetchTheRest() {
    while (!this.isComplete) {
      const first = this.#chunks.findIndex((chunk) => !chunk.isFilled);
      const rest = this.#chunks.slice(first, first + AT_ONCE);
      const filled = rest.findIndex((chunk) => chunk.isFilled);
      if (!(await this.#fetch(filled < 0 ? rest : rest.slice(0, filled)))) return; // offline: what comes near asks again
      await new Promise(whenIdle);
    }
  }

  // Neighbouring chunks, with one question. Whether they came.
  #fetch(chunks) {
    const missing = chunks.filter((chunk) => !chunk.isFilled);
    if (!missing.length) return Promise.resolve(true);
    const known = this.#coming.get(missing[0]);
    if (known) return known;
    const coming = this.#ask(missing).finally(() => missing.forEach((chunk) => this.#coming.delete(chunk)));
    for (const chunk of missing) this.#coming.set(chunk, coming);
    return coming;
  }

  async #ask(chunks) {
    const end = this.#chunks[this.#chunks.indexOf(chunks.at(-1)) + 1]?.address;
    const rows = [];
    for (let from = chunks[0].address; from; ) {
      const answer = await getJson(`${this.address}?from=${from}${end ? `&until=${end}` : ""}`);
      if (!answer.ok) return false;
      rows.push(...answer.body.segments);
      from = answer.body.next;
    }
    for (const chunk of chunks) {
      if (!chunk.isFilled) chunk.fill(rows.filter((row) => this.#chunkOf(row) === chunk));
    }
    this.#changed();
    return true;
  }

  // Chunks that are not laid out take the room that the first one needed for each segment.
  #measure({ element, count }) {
    if (count) this.list.style.setProperty("--segment-height", `${element.getBoundingClientRect().height / count}px`);
  }

  #watch() {
    const watcher = new IntersectionObserver(
      (entries) => {
        const near = new Set(entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target));
        for (const chunk of this.#chunks) if (near.has(chunk.element)) this.#fetch([chunk]);
      },
      { rootMargin: NEAR },
    );
    for (const { element } of this.#chunks) watcher.observe(element);
  }
}

function whenIdle(work) {
  if ("requestIdleCallback" in window) requestIdleCallback(() => work(), { timeout: 2000 });
  else setTimeout(work, 100);
}
