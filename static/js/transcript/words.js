// Where the words of a segment stand in its text, and how they are shown.
// A transcript of hours has 100,000 words: they become elements only when they are played, pointed at, or doubtful.

// [{ offset, length, start, end, probability }] in UTF-16 units and milliseconds, from pieces that spell the text. None
// where the server could not spell it: then the segment can be played, but not its words.
export function placed(pieces) {
  let position = 0;
  return pieces.map(([start, end, piece, probability]) => {
    const offset = position + piece.length - piece.trimStart().length;
    position += piece.length;
    return { offset, length: piece.trim().length, start, end, probability };
  });
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
