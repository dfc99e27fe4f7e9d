// The page of an export: fields for the chosen format, and its subtitles in the player as the file will have them.

const form = document.getElementById("export-form");
const player = document.getElementById("look-player"); // not there once the audio is deleted
const media = player?.querySelector("video, audio");
const screen = document.getElementById("look-screen"); // where there is no picture, browsers show no subtitles
const look = () => document.getElementById("look");

function showFields() {
  const format = form.elements.format.value;
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(format);
}

function showTrack() {
  if (!media) return;
  const { track: src, start, language: srclang, label } = look().dataset;
  player.hidden = !src;
  if (!src) media.pause();
  media.querySelector("track")?.remove();
  if (!src) return;
  const track = Object.assign(document.createElement("track"), { kind: "subtitles", default: true, src, srclang, label });
  media.append(track);
  track.track.mode = screen ? "hidden" : "showing";
  track.track.addEventListener("cuechange", () => follow(track.track.activeCues[0]));
  screen?.replaceChildren();
  // A player that has not moved yet shows its poster, and no subtitles over it.
  media.currentTime = Math.max(media.currentTime, Number(start));
}

function follow(cue) {
  screen?.replaceChildren(...(cue ? [cue.getCueAsHTML()] : []));
  mark(cue);
}

// The line of the list that is on the screen.
function mark(cue) {
  look().querySelector("[aria-current]")?.removeAttribute("aria-current");
  const begun = [...look().querySelectorAll("[data-seek]")].filter((seek) => cue && seek.dataset.seek <= cue.startTime + 0.001);
  const shown = begun.at(-1)?.closest("li");
  if (!shown) return;
  shown.setAttribute("aria-current", "true");
  const list = shown.parentElement;
  if (!media.paused) list.scrollTop = shown.offsetTop - list.offsetTop - list.clientHeight / 3;
}

form.elements.format.addEventListener("change", showFields);
document.addEventListener("htmx:afterSwap", showTrack);
document.addEventListener("click", (event) => {
  const seek = event.target.closest("[data-seek]");
  if (!seek || !media) return;
  media.currentTime = Number(seek.dataset.seek);
  media.play();
});
showFields(); // a browser that comes back keeps what was chosen
showTrack();
