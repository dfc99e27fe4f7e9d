// A segment's text comes as one piece with the times of its words beside it ("offset length start end", by commas).
// A transcript of hours has 100,000 words: they become elements only when they are played or pointed at.

const done = new WeakMap();

export function splitIntoWords(paragraph) {
  if (!paragraph) return [];
  if (!done.has(paragraph)) done.set(paragraph, split(paragraph));
  return done.get(paragraph);
}

function split(paragraph) {
  if (!paragraph.dataset.words) return [];
  const text = paragraph.textContent;
  const [pieces, words] = [[], []];
  let end = 0;
  for (const entry of paragraph.dataset.words.split(",")) {
    const [offset, length, start, stop] = entry.split(" ").map(Number);
    pieces.push(text.slice(end, offset));
    end = offset + length;
    words.push(wordElement(text.slice(offset, end), start, stop));
    pieces.push(words.at(-1));
  }
  paragraph.replaceChildren(...pieces, text.slice(end));
  return words;
}

function wordElement(text, start, end) {
  const element = document.createElement("span");
  element.className = "word";
  element.textContent = text;
  Object.assign(element.dataset, { start, end });
  return element;
}
