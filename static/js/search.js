// The arrow keys go from the search box through what was found, and back.

const box = document.getElementById("search-query");
const results = document.getElementById("results");

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const isElsewhere = event.target !== box && !results.contains(event.target);
  if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || isElsewhere) return;
  const stops = [box, ...results.querySelectorAll("[data-hit]")];
  const next = stops[stops.indexOf(event.target.closest("[data-hit]") ?? box) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

document.addEventListener("htmx:beforeRequest", () => (results.ariaBusy = "true"));
document.addEventListener("htmx:afterRequest", () => (results.ariaBusy = "false"));
