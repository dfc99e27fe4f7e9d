// The caret in a paragraph that is written in, as an offset of its text in UTF-16 units.

export function caretOffset(paragraph) {
  const selection = getSelection();
  if (!selection.rangeCount || !paragraph.contains(selection.focusNode)) return null;
  const before = document.createRange();
  before.setStart(paragraph, 0);
  before.setEnd(selection.focusNode, selection.focusOffset);
  return before.toString().length;
}

export function setCaret(paragraph, offset) {
  const texts = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  let [left, node] = [offset, texts.nextNode()];
  while (node && left > node.length) {
    left -= node.length;
    node = texts.nextNode();
  }
  if (node) getSelection().collapse(node, left);
  else getSelection().selectAllChildren(paragraph);
  if (!node) getSelection().collapseToEnd();
}

// Whether the caret stands on the first or last line: there an arrow leads out of the paragraph.
export function isAtEdge(paragraph, step) {
  const selection = getSelection();
  if (!selection.isCollapsed || !selection.rangeCount) return false;
  const caret = selection.getRangeAt(0).getBoundingClientRect();
  const box = paragraph.getBoundingClientRect();
  if (!caret.height) return true; // an empty paragraph
  return step < 0 ? caret.top - box.top < caret.height / 2 : box.bottom - caret.bottom < caret.height / 2;
}
