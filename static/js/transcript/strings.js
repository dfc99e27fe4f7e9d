// The page's own words for its scripts, in the reader's language, and the one place that speaks to screen readers.

const strings = document.getElementById("strings").dataset;

// `{name}` in a string is replaced by the value of that name.
export function say(name, values = {}) {
  return strings[name].replaceAll(/\{(\w+)\}/g, (_, key) => values[key]);
}

export function knows(name) {
  return name in strings;
}

export function announce(text) {
  document.getElementById("announcer").textContent = text;
}
