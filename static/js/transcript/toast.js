// A short message at the edge of the page. What it says is read out; it goes by itself.

const STAYS_MS = 5000;
let leaving;

export function toast(message, { quote = "", source = "" } = {}) {
  const box = document.getElementById("toast");
  box.querySelector("[data-message]").textContent = message;
  box.querySelector("[data-quote]").textContent = quote;
  box.querySelector("[data-source]").textContent = source;
  box.classList.add("shown");
  clearTimeout(leaving);
  leaving = setTimeout(() => box.classList.remove("shown"), STAYS_MS);
}
