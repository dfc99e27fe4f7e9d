// A colour for each voice, in the order in which they come into view. Beside the name, never instead of it.

const COLOURS = 8;
const voices = new Map();

export function colourOf(speaker) {
  if (!voices.has(speaker)) voices.set(speaker, (voices.size % COLOURS) + 1);
  return voices.get(speaker);
}
