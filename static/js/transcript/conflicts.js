// Two people wrote the same passage: theirs and mine side by side, and I say which one stands. Never in silence.

export class Conflicts {
  #last = Promise.resolve();

  constructor(dialog) {
    this.dialog = dialog;
    this.theirs = dialog.querySelector("[data-theirs]");
    this.mine = dialog.querySelector("[data-mine]");
    this.detail = dialog.querySelector("[data-detail]");
    this.keepButton = dialog.querySelector("[data-keep]");
    this.takeButton = dialog.querySelector("[data-take]");
    dialog.addEventListener("cancel", (event) => event.preventDefault()); // Escape decides nothing
  }

  // { keep: my wording or null for theirs, version }: one question after the other.
  ask(conflict) {
    const asked = this.#last.then(() => this.#ask(conflict));
    this.#last = asked;
    return asked;
  }

  #ask({ index, mine, theirs, detail }) {
    const standing = theirs.find((row) => row.index === index);
    this.detail.textContent = detail;
    this.theirs.textContent = theirs.map((row) => row.text).join(" ");
    this.mine.value = mine;
    // The segment became part of another: mine can be copied out, but has no place of its own any more.
    this.keepButton.hidden = !standing;
    this.dialog.showModal();
    return new Promise((resolve) => {
      const decide = (decision) => {
        this.dialog.close();
        resolve(decision);
      };
      this.keepButton.onclick = () => decide({ keep: this.mine.value, version: standing.version });
      this.takeButton.onclick = () => decide({ keep: null });
    });
  }
}
