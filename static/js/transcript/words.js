// Where the words of a segment stand in its text, and how they are shown.
// A transcript of hours has 100,000 words: they become elements only when they are played, pointed at, or doubtful.

// [{ offset, length, start, end, probability }] in UTF-16 units and milliseconds. Empty where the words do not spell
// the text: then the segment can be played, but not its words.
export function placed(text, words) {
  const found = [];
  let position = 0;
  for (const [start, end, word, probability] of words) {
    const offset = text.indexOf(word, position);
    if (!word || offset < 0) return [];
    found.push({ offset, length: word.length, start, end, probability });
    position = offset + word.length;
  }
  return found;
}

// The text as nodes: doubtful words always as elements, the others only where `all` of them are wanted.
export function wordNodes(text, words, { all, isDoubtful }) {
  const nodes = [];
  let end = 0;
  for (const word of words) {
    const doubtful = isDoubtful(word);
    if (!all && !doubtful) continue;
    nodes.push(text.slice(end, word.offset), wordElement(text, word, doubtful));
    end = word.offset + word.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

function wordElement(text, { offset, length, start, probability }, doubtful) {
  const element = document.createElement(doubtful ? "mark" : "span");
  element.className = doubtful ? "word unsure" : "word";
  element.textContent = text.slice(offset, offset + length);
  element.dataset.start = start;
  if (doubtful) element.title = `${Math.round(probability * 100)} %`;
  return element;
}
