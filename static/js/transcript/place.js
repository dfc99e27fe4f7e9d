// Where a reader stopped, kept in this browser, and the way back to it when the page opens at its beginning.
import { clock } from "./clock.js";

const KEPT = "places"; // transcript → ms, the one that was left last at the end
const MOST = 100;
const EARLY_MS = 30_000; // it is quicker to scroll

export class Place {
  #ms = null;

  constructor(button, transcript, go) {
    this.button = button;
    this.transcript = transcript;
    button.querySelector("button").addEventListener("click", () => {
      const ms = this.#kept()[transcript];
      this.hide();
      go(ms);
    });
    addEventListener("pagehide", () => this.#keep());
  }

  offer() {
    const ms = this.#kept()[this.transcript];
    if (!ms) return;
    this.button.querySelector("[data-time]").textContent = clock(ms);
    this.button.hidden = false;
  }

  hide() {
    this.button.hidden = true;
  }

  // Here somebody listens or reads.
  note(ms) {
    this.#ms = ms;
  }

  #kept() {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}");
  }

  #keep() {
    if (this.#ms === null) return;
    const { [this.transcript]: _, ...others } = this.#kept();
    const entries = Object.entries(others).slice(1 - MOST);
    if (this.#ms >= EARLY_MS) entries.push([this.transcript, Math.round(this.#ms)]);
    localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(entries)));
  }
}
