// A stretch that is played again and again, until it is left: { start, end } in milliseconds.
import { clock } from "./clock.js";
import { announce, say } from "./strings.js";

const SHORTEST_MS = 300;

export class Loop extends EventTarget {
  #stretch = null;

  constructor(chip) {
    super();
    this.chip = chip;
    chip.addEventListener("click", () => this.leave());
  }

  get stretch() {
    return this.#stretch;
  }

  set({ start, end }) {
    if (end - start < SHORTEST_MS) return;
    this.#change({ start, end }, say("loops", { from: clock(start), until: clock(end) }));
  }

  leave() {
    if (this.#stretch) this.#change(null, say("loopLeft"));
  }

  // Where to go on playing from, once `ms` is past the end; null while it is not.
  backFrom(ms) {
    return this.#stretch && ms >= this.#stretch.end ? this.#stretch.start : null;
  }

  #change(stretch, news) {
    this.#stretch = stretch;
    this.chip.hidden = !stretch;
    if (stretch) this.chip.querySelector("[data-stretch]").textContent = `${clock(stretch.start)}–${clock(stretch.end)}`;
    announce(news);
    this.dispatchEvent(new Event("change"));
  }
}
