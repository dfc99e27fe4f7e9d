// The page of one transcript: the player and the text follow each other; keys, quotes, doubts and the work join in.
import { Doubtful } from "./doubtful.js";
import { Follower } from "./follower.js";
import { Keys } from "./keys.js";
import { Loop } from "./loop.js";
import { News } from "./news.js";
import { Opening } from "./opening.js";
import { passageOf, selectedPassage } from "./passage.js";
import { Player } from "./player.js";
import { copyQuote } from "./quote.js";
import { Segments } from "./segments.js";
import { Text } from "./text.js";
import { Tools } from "./tools.js";
import { Waveform } from "./waveform.js";
import { startReading, startWork } from "./work.js";

const BACK_MS = 3000;
const SKIP_MS = 5000;
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

player.onTime = (ms) => {
  const shown = text.mark(ms);
  if (shown && player.isPlaying) follower.keepInView(shown);
  if (player.isPlaying) segments.reach(ms);
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
new Opening(segments, text, player);
waveform.refresh();

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
  if (passage) copyQuote(passage, byId("title").textContent.trim());
}

// While somebody writes, "next segment" goes on writing there.
async function step(by) {
  const isWriting = work.editor?.isOpen;
  await text.step(by);
  if (isWriting) work.editor.start(text.current, 0);
}

keys.on({
  play: () => player.toggle(),
  back: () => player.skip(-BACK_MS),
  backward: () => player.skip(-SKIP_MS),
  forward: () => player.skip(SKIP_MS),
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
