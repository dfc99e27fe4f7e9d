// One transcript: the player and the text follow each other.
import { Follower } from "./follower.js";
import { Player } from "./player.js";
import { Text } from "./text.js";

const player = new Player(document.getElementById("player"));
const text = new Text(document.getElementById("segments"));
const follower = new Follower(player.followButton);

player.onTime = (ms) => {
  const shown = text.mark(ms);
  if (shown && player.isPlaying) follower.keepInView(shown);
};
text.onSeek = (ms) => player.seek(ms, { play: true });

// ?t= opens the page at that second, as soon as its segment is there: a long text comes in parts.
const opening = new URLSearchParams(location.search).get("t");
let openAt = Number(opening) > 0 ? Math.round(Number(opening) * 1000) : null;
if (openAt !== null) player.seek(openAt);
showOpening();

document.addEventListener("htmx:afterSettle", () => {
  text.refresh(); // more of it, or new segments while it runs
  showOpening();
});

function showOpening() {
  if (openAt === null || (openAt > text.lastStart && document.querySelector("[data-more]"))) return;
  text.mark(openAt)?.scrollIntoView({ block: "center" });
  openAt = null;
}
