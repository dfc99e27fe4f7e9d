// <time> in the reader's own zone and language; with data-relative as "5 minutes ago" while that is easier to grasp.

const UNITS = [
  ["minute", 60],
  ["hour", 3600],
  ["day", 86400],
];
const RELATIVE_UP_TO_SECONDS = 7 * 86400;
const REFRESH_MS = 30_000;

const language = document.documentElement.lang || undefined;
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const short = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const long = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });

export function startTimes() {
  localise(document);
  document.addEventListener("htmx:load", (event) => localise(event.target));
  setInterval(() => localise(document, "time[data-relative]"), REFRESH_MS);
}

function localise(root, selector = "time[datetime]") {
  const found = root.matches?.(selector) ? [root] : root.querySelectorAll(selector);
  for (const element of found) {
    const date = new Date(element.dateTime);
    element.title = long.format(date);
    element.textContent = "relative" in element.dataset ? ago(date) : short.format(date);
  }
}

function ago(date) {
  const seconds = (Date.now() - date) / 1000;
  if (seconds > RELATIVE_UP_TO_SECONDS) return short.format(date);
  if (seconds < 60) return relative.format(0, "second");
  const [unit, size] = UNITS.findLast(([, size]) => seconds >= size);
  return relative.format(-Math.floor(seconds / size), unit);
}
