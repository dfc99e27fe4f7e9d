// "Go to 1:02:03": the place in the recording and in the text, by its time.
import { clock } from "./clock.js";

export class GoTo {
  constructor(dialog, opener, player, go) {
    this.dialog = dialog;
    this.player = player;
    this.go = go;
    this.field = dialog.querySelector("input");
    opener.addEventListener("click", () => this.open());
    dialog.querySelector("form").addEventListener("submit", (event) => this.#submitted(event));
  }

  open() {
    this.field.value = clock(this.player.ms);
    this.dialog.showModal();
    this.field.select();
  }

  #submitted(event) {
    event.preventDefault();
    this.dialog.close();
    this.go(milliseconds(this.field.value));
  }
}

// "1:02:03", "62:03", "90" and "90,5", which are seconds; the field lets nothing else pass.
function milliseconds(text) {
  const seconds = text.trim().replace(",", ".").split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round(seconds * 1000);
}
