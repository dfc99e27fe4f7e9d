// The segments: which one and which word is spoken at a time, and when a word is spoken that was clicked.
import { splitIntoWords } from "./words.js";

export class Text {
  #segments = []; // [{ element, start, end }] by time, milliseconds
  #playing = null;
  #word = null;

  constructor(list) {
    this.list = list;
    this.onSeek = () => {};
    this.refresh();
    list.addEventListener("click", (event) => this.#clicked(event));
    // Words become elements of their own only where somebody may point at them.
    list.addEventListener("pointerover", (event) => splitIntoWords(event.target.closest(".words")));
  }

  refresh() {
    const known = this.#segments.length;
    for (const element of [...this.list.children].slice(known)) {
      const { start, end } = element.dataset;
      this.#segments.push({ element, start: Number(start), end: Number(end) });
    }
  }

  // When the last segment that is there begins.
  get lastStart() {
    return this.#segments.at(-1)?.start ?? 0;
  }

  // Highlight what is spoken at `ms`; the element to look at. In a pause the last segment stays marked, without a word.
  mark(ms) {
    const segment = this.#lastBegun(ms);
    if (segment !== this.#playing) {
      this.#playing?.element.classList.remove("playing");
      segment?.element.classList.add("playing");
      this.#playing = segment;
    }
    this.#markWord(segment && ms < segment.end ? wordAt(segment.element, ms) : null);
    return this.#word ?? segment?.element ?? null;
  }

  #markWord(word) {
    if (word === this.#word) return;
    this.#word?.classList.remove("playing");
    word?.classList.add("playing");
    this.#word = word;
  }

  #lastBegun(ms) {
    let [low, high] = [0, this.#segments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#segments[middle].start <= ms) low = middle + 1;
      else high = middle;
    }
    return this.#segments[low - 1] ?? null;
  }

  #clicked(event) {
    const target = event.target.closest(".word, .timecode");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!getSelection().isCollapsed) return; // a passage was selected, not a word clicked
    event.preventDefault();
    const isWord = target.matches(".word");
    const start = Number((isWord ? target : target.closest(".segment")).dataset.start);
    history.replaceState(null, "", `?t=${start / 1000}`);
    this.onSeek(start);
  }
}

function wordAt(segment, ms) {
  const words = splitIntoWords(segment.querySelector(".words"));
  return words.findLast((word) => Number(word.dataset.start) <= ms) ?? null;
}
