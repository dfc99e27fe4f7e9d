// Doubtful words and passages: how much doubt is shown, and the way from one to the next.
import { clock } from "./clock.js";
import { doubts } from "./doubts.js";
import { announce, say } from "./strings.js";

export class Doubtful {
  #segments;
  #text;
  #pending = false;

  constructor(panel, segments, text, player) {
    this.#segments = segments;
    this.#text = text;
    this.player = player;
    this.slider = panel.querySelector("[data-threshold]");
    this.figure = panel.querySelector("[data-threshold-figure]");
    this.count = panel.querySelector("[data-count]");
    this.slider.value = doubts.percent;
    this.slider.addEventListener("input", () => (doubts.percent = Number(this.slider.value)));
    panel.querySelector("[data-next]").addEventListener("click", () => this.go(1));
    doubts.addEventListener("change", () => this.#showAnew());
    segments.addEventListener("change", () => this.#tell());
    this.#tell();
  }

  // The next (1) or previous (-1) one from where the reader stands.
  async go(step) {
    let found = this.#text.current;
    do found = found && (await this.#segments.beside(found, step));
    while (found && !found.isDoubtful);
    if (!found) {
      announce(say(step > 0 ? "noMoreDoubts" : "noEarlierDoubts"));
      return;
    }
    this.#text.go(found);
    found.element.scrollIntoView({ block: "center" });
    this.player.seek(found.unsureWords[0]?.start ?? found.start);
    announce(say("doubtAt", { time: clock(found.start) }));
  }

  // Many segments at each step of the slider: once per frame is enough.
  #showAnew() {
    this.#tell();
    if (this.#pending) return;
    this.#pending = true;
    requestAnimationFrame(() => {
      this.#pending = false;
      for (const segment of this.#segments.ordered) segment.showWords();
    });
  }

  #tell() {
    this.figure.textContent = doubts.percent ? `< ${doubts.percent} %` : say("off");
    this.slider.setAttribute("aria-valuetext", this.figure.textContent);
    this.count.textContent = this.#segments.ordered.filter((segment) => segment.isDoubtful).length;
  }
}
