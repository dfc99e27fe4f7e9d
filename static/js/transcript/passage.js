// The passage that a person means: what is selected in the text, else one segment.
import { Segment } from "./segment.js";

// { segments, text, start, end } in milliseconds; null where nothing of the text is selected.
export function selectedPassage(segments) {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const [first, last] = [Segment.of(range.startContainer), Segment.of(range.endContainer)];
  const chosen = segments.ordered.filter(({ paragraph }) => selection.containsNode(paragraph, true));
  if (!chosen.length) return null;
  const from = first === chosen[0] ? offsetIn(first.paragraph, range.startContainer, range.startOffset) : 0;
  const until = last === chosen.at(-1) ? offsetIn(last.paragraph, range.endContainer, range.endOffset) : Infinity;
  return passage(chosen, from, until);
}

export function passageOf(segment) {
  return passage([segment], 0, Infinity);
}

function passage(chosen, from, until) {
  const [first, last] = [chosen[0], chosen.at(-1)];
  const pieces = chosen.map(({ text }, at) =>
    text.slice(at === 0 ? from : 0, at === chosen.length - 1 ? until : undefined).trim(),
  );
  return {
    segments: chosen,
    text: pieces.filter(Boolean).join(" "),
    start: first.wordFrom(from)?.start ?? first.start,
    end: last.words.findLast((word) => word.offset < until)?.end ?? last.end,
  };
}

// UTF-16 units of the paragraph's text before a point of the selection, which may lie outside of it.
function offsetIn(paragraph, node, offset) {
  if (!paragraph.contains(node)) {
    return paragraph.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_PRECEDING ? 0 : Infinity;
  }
  const before = document.createRange();
  before.setStart(paragraph, 0);
  before.setEnd(node, offset);
  return before.toString().length;
}
