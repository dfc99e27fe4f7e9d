// The page of one transcript: the player and the text follow each other; keys, quotes, doubts and the work join in.
import { startCopyText } from "./copy_text.js";
import { Doubtful } from "./doubtful.js";
import { Follower } from "./follower.js";
import { GoTo } from "./go_to.js";
import { Keys } from "./keys.js";
import { Loop } from "./loop.js";
import { startMediaSession } from "./media_session.js";
import { News } from "./news.js";
import { Opening, showAt } from "./opening.js";
import { passageOf, selectedPassage } from "./passage.js";
import { Place } from "./place.js";
import { Player } from "./player.js";
import { copyQuote } from "./quote.js";
import { Segments } from "./segments.js";
import { Text } from "./text.js";
import { Tools } from "./tools.js";
import { Waveform } from "./waveform.js";
import { startReading, startWork } from "./work.js";

const BACK_MS = 3000;
const SKIP_MS = 5000;
const AGAIN_MS = 1500; // of what was heard before somebody stopped it to write
const byId = (id) => document.getElementById(id);

const segments = new Segments(byId("segments"), JSON.parse(byId("rows").textContent));
const text = new Text(segments);
const loop = new Loop(byId("loop"));
const player = new Player(byId("player"), loop);
const follower = new Follower(player.followButton);
const waveform = new Waveform(byId("waveform"), player.media, loop);
const doubtful = new Doubtful(byId("doubtful"), segments, text, player);
const keys = new Keys(byId("shortcuts"));
const work = "edits" in segments.list.dataset ? startWork(segments, text) : startReading(segments, text);

const title = () => byId("title").textContent.trim();

async function goTo(ms) {
  await showAt(ms, segments, text, player);
  text.go(segments.lastBegun(ms));
}

const goingTo = new GoTo(byId("go-to"), player.controls.time, player, goTo);
const place = new Place(byId("go-on"), segments.list.dataset.transcript, goTo);
segments.list.addEventListener("focusin", () => place.note(text.current.start));
player.media.addEventListener("play", () => place.hide());

player.onTime = (ms) => {
  const shown = text.mark(ms);
  if (shown && player.isPlaying) follower.keepInView(shown);
  if (player.isPlaying) segments.reach(ms);
  if (player.isPlaying) place.note(ms);
};
text.onSeek = (ms) => player.seek(ms, { play: true });
segments.addEventListener("change", () => text.mark(player.ms));
new News({
  segments,
  onNews: (news) => {
    work.onNews(news);
    waveform.refresh();
  },
});
if (new Opening(segments, text, player).isAtBeginning) place.offer();
waveform.refresh();
startMediaSession(player, title());
startCopyText(work.settle);

const meant = () => selectedPassage(segments) ?? (text.current && passageOf(text.current));

function repeat(passage) {
  if (loop.stretch || !passage) {
    loop.leave();
    return;
  }
  loop.set(passage);
  player.seek(passage.start, { play: true });
}

function quote(passage) {
  if (passage) copyQuote(passage, title());
}

// Who stopped it in order to write hears the end of it again.
function playOrPause() {
  if (!player.isPlaying && work.editor?.isOpen) player.skip(-AGAIN_MS);
  player.toggle();
}

// While somebody writes, "next segment" goes on writing there.
async function step(by) {
  const isWriting = work.editor?.isOpen;
  await text.step(by);
  if (isWriting) work.editor.start(text.current, 0);
}

keys.on({
  play: playOrPause,
  back: () => player.skip(-BACK_MS),
  backward: () => player.skip(-SKIP_MS),
  forward: () => player.skip(SKIP_MS),
  goTo: () => goingTo.open(),
  slower: () => player.changeSpeed(-1),
  faster: () => player.changeSpeed(1),
  loop: () => repeat(meant()),
  leave: () => (loop.stretch ? loop.leave() : false),
  next: () => step(1),
  previous: () => step(-1),
  nextDoubt: () => doubtful.go(1),
  previousDoubt: () => doubtful.go(-1),
  quote: () => quote(meant()),
  help: () => byId("shortcuts").showModal(),
  ...work.keys,
});
new Tools(byId("tools"), segments.list, {
  quote: (segment) => quote(selectedPassage(segments) ?? passageOf(segment)),
  repeat: (segment) => repeat(selectedPassage(segments) ?? passageOf(segment)),
  ...work.tools,
});
