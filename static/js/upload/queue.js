// What is on its way: two at a time, the others wait.

const AT_ONCE = 2;

export class Queue {
  #waiting = [];
  #underWay = 0;

  constructor(list) {
    this.list = list;
    this.onSent = () => {};
  }

  get isBusy() {
    return this.#underWay > 0;
  }

  add(transfer) {
    transfer.onReady = () => this.#wait(transfer);
    this.list.append(transfer.row.element);
    this.#wait(transfer);
  }

  #wait(transfer) {
    this.#waiting.push(transfer);
    this.#next();
  }

  async #next() {
    if (this.#underWay >= AT_ONCE || !this.#waiting.length) return;
    this.#underWay += 1;
    const transfer = this.#waiting.shift();
    try {
      if (await transfer.run()) this.onSent(transfer.name);
    } finally {
      this.#underWay -= 1;
      this.#next();
    }
  }
}
