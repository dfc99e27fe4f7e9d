// Which segment and which word is spoken at a time, where the reader stands, and when a word is spoken that was clicked.
import { moment } from "./clock.js";
import { Segment } from "./segment.js";

export class Text {
  #segments;
  #playing = null;
  #word = null;
  #current = null;

  constructor(segments) {
    this.#segments = segments;
    this.onSeek = () => {};
    const { list } = segments;
    list.addEventListener("click", (event) => this.#clicked(event));
    list.addEventListener("pointerover", (event) => {
      if (event.target.closest(".words")) Segment.of(event.target)?.split();
    });
    list.addEventListener("focusin", (event) => this.#stand(Segment.of(event.target)));
    segments.addEventListener("change", () => this.#keepOneInTabOrder());
    this.#keepOneInTabOrder();
  }

  // Where the reader stands: the segment with the focus or the last that had it, else the one that is spoken.
  get current() {
    return (this.#current?.element.isConnected && this.#current) || this.#playing || this.#segments.ordered[0] || null;
  }

  // Highlight what is spoken at `ms`; the element to look at. In a pause the last segment stays marked, without a word.
  mark(ms) {
    const segment = this.#segments.lastBegun(ms);
    if (segment !== this.#playing) {
      this.#playing?.element.classList.remove("playing");
      segment?.element.classList.add("playing");
      this.#playing = segment;
    }
    this.#markWord(segment && ms < segment.end ? segment.wordAt(ms) : null);
    return this.#word ?? segment?.element ?? null;
  }

  // Move the reader to a segment: by the keyboard from here on.
  go(segment) {
    if (!segment) return;
    this.#stand(segment);
    segment.element.focus({ preventScroll: true });
    segment.element.scrollIntoView({ block: "nearest" });
  }

  async step(step) {
    if (this.current) this.go(await this.#segments.beside(this.current, step));
  }

  #stand(segment) {
    if (!segment || segment === this.#current) return;
    if (this.#current) this.#current.element.tabIndex = -1;
    segment.element.tabIndex = 0;
    this.#current = segment;
  }

  // One stop for Tab in a text of thousands; the arrow keys go on from there.
  #keepOneInTabOrder() {
    if (!this.#current?.element.isConnected) this.#stand(this.#segments.ordered[0]);
  }

  #markWord(word) {
    if (word === this.#word && word?.isConnected !== false) return;
    this.#word?.classList.remove("playing");
    word?.classList.add("playing");
    this.#word = word;
  }

  #clicked(event) {
    const target = event.target.closest(".word, .timecode");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (target.closest("[contenteditable]")) return; // a caret is set there
    if (!getSelection().isCollapsed) return; // a passage was selected, not a word clicked
    event.preventDefault();
    const start = target.matches(".word") ? Number(target.dataset.start) : Segment.of(target).start;
    history.replaceState(null, "", moment(start));
    this.onSeek(start);
  }
}
