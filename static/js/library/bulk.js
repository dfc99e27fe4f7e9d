// Choosing rows and doing one thing to all of them. Rows come and go while they are chosen: the ids are kept here.
import { suggestTags } from "../tags.js";
import { say } from "../transcript/strings.js";
import { sendForm } from "./send.js";
import { snack } from "./snacks.js";

// What a verb needs of at least one chosen row.
const NEEDS = {
  edit: (row) => "edit" in row.dataset,
  manage: (row) => "manage" in row.dataset,
  text: (row) => "text" in row.dataset,
  retry: (row) => "manage" in row.dataset && ["failed", "cancelled"].includes(row.dataset.status),
  cancel: (row) => "manage" in row.dataset && ["queued", "running"].includes(row.dataset.status),
};

const picked = new Set();
let last; // the box that was changed last, from which Shift extends

const boxes = () => [...document.querySelectorAll('input[name="recording"][form="bulk"]')];

export function startBulk() {
  const tags = document.getElementById("bulk-tags");
  if (tags) suggestTags(tags);
  document.addEventListener("click", (event) => {
    if (event.target.matches('input[name="recording"]')) pick(event.target, event.shiftKey);
    else if (event.target.matches("[data-pick-all]")) pickAll(event.target.checked);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-bulk]") || event.submitter?.hasAttribute("data-leave")) return;
    event.preventDefault();
    ask(event.target, event.submitter);
  });
  for (const moment of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(moment, show);
  addEventListener("pageshow", show); // a browser keeps ticks over a reload
}

function pick(box, toLast) {
  const all = boxes();
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  const range = toLast && from >= 0 ? all.slice(from, to + 1) : [box];
  for (const one of range) put(one, box.checked);
  last = box;
  show();
}

function pickAll(isPicked) {
  for (const box of boxes()) put(box, isPicked);
  show();
}

function put(box, isPicked) {
  if (isPicked) picked.add(box.value);
  else picked.delete(box.value);
}

function show() {
  const all = boxes();
  const there = new Set(all.map((box) => box.value));
  for (const id of picked) if (!there.has(id)) picked.delete(id);
  for (const box of all) box.checked = picked.has(box.value);
  const form = document.querySelector("[data-bulk]");
  const rows = all.filter((box) => box.checked).map((box) => box.closest("li"));
  form.classList.toggle("on", rows.length > 0);
  form.querySelector("[data-picked]").textContent = rows.length ? say("picked", { count: rows.length }) : "";
  const whole = form.querySelector("[data-pick-all]");
  whole.checked = rows.length > 0 && rows.length === all.length;
  whole.indeterminate = rows.length > 0 && rows.length < all.length;
  for (const verb of form.querySelectorAll("[data-needs]")) verb.hidden = !rows.some(NEEDS[verb.dataset.needs]);
}

function ask(form, submitter) {
  const dialog = submitter?.dataset.confirm && document.getElementById(submitter.dataset.confirm);
  if (!dialog) return send(form, submitter);
  const titles = boxes().filter((box) => box.checked).map((box) => box.closest("li").querySelector("h2").textContent.trim());
  dialog.querySelector("[data-question]").textContent =
    titles.length === 1 ? say("deleteOne", { title: titles[0] }) : say("deleteMany", { count: titles.length });
  dialog.querySelector("[data-yes]").onclick = () => {
    dialog.close();
    send(form, submitter);
  };
  dialog.showModal();
}

async function send(form, submitter) {
  const { ok, detail, undo } = await sendForm(form, submitter);
  snack(detail, undo);
  if (!ok) return;
  submitter.closest("details")?.removeAttribute("open");
  form.querySelector("[name=tags]").value = "";
  pickAll(false);
  document.body.dispatchEvent(new CustomEvent("recordings-changed"));
}
