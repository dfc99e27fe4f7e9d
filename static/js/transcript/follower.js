// Keeps what is spoken in view, until the reader scrolls away; the button brings it back.

const MARGIN = { top: 0.12, bottom: 0.3 }; // shares of the window where the spoken word should not stand

export class Follower {
  #button;

  constructor(button) {
    this.#button = button;
    button.addEventListener("click", () => this.#follow(!this.#follows));
    for (const gesture of ["wheel", "touchmove"]) {
      addEventListener(gesture, () => this.#follow(false), { passive: true });
    }
    addEventListener("keydown", (event) => {
      const scrolls = ["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"].includes(event.key);
      if (scrolls && event.target === document.body) this.#follow(false);
    });
  }

  keepInView(element) {
    if (!this.#follows) return;
    const { top, bottom } = element.getBoundingClientRect();
    if (top > innerHeight * MARGIN.top && bottom < innerHeight * (1 - MARGIN.bottom)) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
  }

  get #follows() {
    return this.#button.ariaPressed === "true";
  }

  #follow(follows) {
    this.#button.ariaPressed = String(follows);
  }
}
