// What was typed and is not on the server yet: one entry for each segment, kept in this browser until it is.
// { version, text }: the wording, and the version of the segment that it was made of.

const PREFIX = `draft:${document.getElementById("segments").dataset.transcript}:`;

class Drafts {
  #drafts = new Map();

  constructor() {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX)) this.#drafts.set(Number(key.slice(PREFIX.length)), read(key));
    }
  }

  get indexes() {
    return [...this.#drafts.keys()];
  }

  get(index) {
    return this.#drafts.get(index) ?? null;
  }

  put(index, draft) {
    this.#drafts.set(index, draft);
    localStorage.setItem(PREFIX + index, JSON.stringify(draft));
  }

  drop(index) {
    this.#drafts.delete(index);
    localStorage.removeItem(PREFIX + index);
  }
}

function read(key) {
  const { version, text } = JSON.parse(localStorage.getItem(key));
  return { version, text };
}

export const drafts = new Drafts();
