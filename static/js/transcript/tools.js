// The buttons of a segment: one set for all of them, which stands in the segment that is pointed at or has the focus.
import { Segment } from "./segment.js";

export class Tools {
  #segment = null;

  constructor(bar, list, actions) {
    this.bar = bar;
    const move = (event) => this.#stand(Segment.of(event.target));
    list.addEventListener("pointerover", move);
    list.addEventListener("focusin", move);
    list.addEventListener("pointerdown", move);
    bar.addEventListener("pointerdown", (event) => event.preventDefault()); // what is selected stays selected
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("[data-tool]");
      if (button) actions[button.dataset.tool](this.#segment);
    });
  }

  #stand(segment) {
    if (!segment || segment === this.#segment) return;
    if (this.bar.contains(document.activeElement)) return; // not away from under the keyboard
    this.#segment = segment;
    this.bar.hidden = false;
    segment.element.append(this.bar);
  }
}
