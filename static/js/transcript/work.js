// What is done to the text: writing, splitting, speakers, replacing, undoing, review, comments.
import { Comments } from "./comments.js";
import { Conflicts } from "./conflicts.js";
import { Editor } from "./editor.js";
import { caretOffset } from "./caret.js";
import { Edits } from "./edits.js";
import { selectedPassage } from "./passage.js";
import { Replace } from "./replace.js";
import { Review } from "./review.js";
import { Saving } from "./saving.js";
import { Segment } from "./segment.js";
import { Speakers } from "./speakers.js";
import { startTitle } from "./title.js";
import { Versions } from "./versions.js";

const byId = (id) => document.getElementById(id);

// { keys, tools, onNews, settle }: what the keys and the buttons of a segment do, what is to be done with news, and how
// to have everything on the server.
export function startWork(segments, text) {
  const { list } = segments;
  const bar = byId("text-bar");
  const edits = new Edits(segments, bar);
  const saving = new Saving(edits, new Conflicts(byId("conflict")), bar.querySelector("[data-saved]"));
  const review = new Review(edits, saving);
  const editor = new Editor(segments, saving, edits, () => review.isLocked);
  const speakers = new Speakers(byId("speakers"), segments, edits);
  const replace = new Replace(byId("replace"), edits, saving, list.dataset.preview);
  const versions = new Versions(byId("versions"), edits, saving, segments.address, () => !review.isLocked);
  const comments = new Comments(segments, bar, text, true);
  startTitle(byId("title"), byId("rename"), byId("title-form"));

  const unlessLocked = (act) => (review.isLocked ? editor.start(text.current) : act()); // which says that it is locked
  const chooseSpeaker = (segment) =>
    unlessLocked(() => speakers.open(segment, selectedPassage(segments)?.segments ?? []));
  const inOrder = async (verb) => {
    editor.stop();
    if (await saving.settle()) await edits[verb]();
  };
  bar.querySelector("[data-undo]").addEventListener("click", () => inOrder("undo"));
  bar.querySelector("[data-redo]").addEventListener("click", () => inOrder("redo"));
  bar.querySelector("[data-replace-open]").addEventListener("click", () => openReplace());
  list.addEventListener("click", (event) => {
    if (event.target.closest(".speaker")) chooseSpeaker(Segment.of(event.target));
  });

  function openReplace() {
    const selected = getSelection().toString();
    editor.stop();
    unlessLocked(() => replace.open(selected.length < 100 ? selected.trim() : ""));
  }

  const outsideOfFields = (act) => (event) => (isField(event.target) ? false : act());
  const keys = {
    edit: () => editor.start(text.current, 0),
    undo: outsideOfFields(() => inOrder("undo")),
    redo: outsideOfFields(() => inOrder("redo")),
    save: () => saving.flush(),
    replace: () => openReplace(),
    speaker: () => chooseSpeaker(text.current),
    comment: () => comments.compose(text.current),
    versions: () => versions.open(text.current),
    approve: () => review.advance(),
    nextComment: () => comments.next(),
  };
  const tools = {
    edit: (segment) => editor.start(segment, caretOffset(segment.paragraph) ?? 0),
    speaker: chooseSpeaker,
    comment: (segment) => comments.compose(segment),
    versions: (segment) => versions.open(segment),
  };
  const onNews = ({ edit_count: count }) => {
    edits.editCount = count;
    comments.refresh();
  };
  const settle = () => {
    editor.stop();
    return saving.settle();
  };
  return { keys, tools, onNews, editor, settle };
}

// Who may only read sees comments and earlier wordings all the same.
export function startReading(segments, text) {
  const versions = new Versions(byId("versions"), null, null, segments.address, () => false);
  const comments = new Comments(segments, byId("text-bar"), text, false);
  return {
    keys: { versions: () => versions.open(text.current), nextComment: () => comments.next() },
    tools: { versions: (segment) => versions.open(segment) },
    onNews: () => comments.refresh(),
    settle: async () => true,
  };
}

function isField(target) {
  return Boolean(target.closest("input, textarea, select, [contenteditable]"));
}
