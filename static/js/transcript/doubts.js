// Which words are called doubtful: below a probability that the reader chooses, and that is remembered.

const REMEMBERED = "doubtful-below";
const DEFAULT = 50;

class Doubts extends EventTarget {
  #percent = Number(localStorage.getItem(REMEMBERED) ?? DEFAULT);

  get percent() {
    return this.#percent;
  }

  set percent(percent) {
    this.#percent = percent;
    localStorage.setItem(REMEMBERED, percent);
    this.dispatchEvent(new Event("change"));
  }

  includes({ probability }) {
    return probability !== null && probability * 100 < this.#percent;
  }
}

export const doubts = new Doubts();
