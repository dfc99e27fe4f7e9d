// Short messages at the edge of the page. They stay until they are dismissed or answered: nobody is hurried.
import { sendForm } from "./send.js";

const area = document.getElementById("snacks");
const template = document.getElementById("snack-template");

export function startSnacks() {
  area.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest("[data-snack]").remove());
  area.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { detail } = await sendForm(event.target);
    snack(detail);
    document.body.dispatchEvent(new CustomEvent("recordings-changed"));
  });
}

// `undo`: the recordings for which a deletion can be undone.
export function snack(words, undo = []) {
  const box = template.content.firstElementChild.cloneNode(true);
  box.querySelector("p").textContent = words;
  box.querySelector("[type=submit]").hidden = !undo.length;
  for (const value of undo) {
    box.append(Object.assign(document.createElement("input"), { type: "hidden", name: "recording", value }));
  }
  area.replaceChildren(box);
}
