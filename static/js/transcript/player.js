// Our own controls over the browser's <audio> or <video>. Times are milliseconds.
import { clock } from "./clock.js";
import { announce, say } from "./strings.js";

const SKIP_MS = 5000;
const REMEMBERED_SPEED = "playback-speed";

export class Player {
  constructor(root, loop) {
    this.root = root;
    this.loop = loop;
    this.media = document.getElementById("player-media"); // a film stands beside the text
    const find = (name) => root.querySelector(`[data-${name}]`);
    this.controls = Object.fromEntries(
      ["back", "play", "forward", "time", "position", "duration", "speed", "follow"].map((name) => [name, find(name)]),
    );
    this.onTime = () => {};
    this.#replaceNativeControls();
    this.#listen();
    this.#rememberSpeed();
  }

  get followButton() {
    return this.controls.follow;
  }

  get isPlaying() {
    return !this.media.paused;
  }

  get ms() {
    return this.media.currentTime * 1000;
  }

  seek(ms, { play = false } = {}) {
    this.media.currentTime = Math.max(ms, 0) / 1000;
    this.#show(ms);
    if (play) this.#play();
  }

  skip(ms) {
    this.seek(this.ms + ms);
  }

  toggle() {
    if (this.isPlaying) this.media.pause();
    else this.#play();
  }

  // To the next slower (-1) or faster (1) speed of the list.
  changeSpeed(step) {
    const { speed } = this.controls;
    speed.selectedIndex = Math.min(Math.max(speed.selectedIndex + step, 0), speed.options.length - 1);
    speed.dispatchEvent(new Event("change"));
    announce(say("speed", { speed: speed.selectedOptions[0].text }));
  }

  #replaceNativeControls() {
    this.media.controls = false;
    this.root.querySelector(".player-controls").hidden = false;
  }

  #listen() {
    const { back, play, forward, position } = this.controls;
    back.addEventListener("click", () => this.skip(-SKIP_MS));
    forward.addEventListener("click", () => this.skip(SKIP_MS));
    play.addEventListener("click", () => this.toggle());
    position.addEventListener("input", () => this.seek(Number(position.value)));
    this.media.addEventListener("click", () => this.toggle());
    this.media.addEventListener("play", () => this.#tick());
    for (const name of ["play", "pause", "ended"]) this.media.addEventListener(name, () => this.#showState());
    for (const name of ["seeking", "seeked", "pause"]) this.media.addEventListener(name, () => this.#show(this.ms));
    this.media.addEventListener("durationchange", () => this.#showDuration());
    this.media.addEventListener("error", () => this.#giveUp());
    this.#showDuration();
    if (this.media.error) this.#giveUp(); // it failed before anybody listened
  }

  async #play() {
    try {
      await this.media.play();
    } catch (error) {
      // Paused again before it began, not playable (the error event tells the reader of that), or not without a click.
      if (!["AbortError", "NotSupportedError", "NotAllowedError"].includes(error.name)) throw error;
    }
  }

  // timeupdate comes four times a second, words come faster.
  #tick() {
    if (!this.isPlaying) return;
    const again = this.loop.backFrom(this.ms);
    if (again === null) this.#show(this.ms);
    else this.seek(again);
    requestAnimationFrame(() => this.#tick());
  }

  #show(ms) {
    const { position, time } = this.controls;
    const text = clock(ms);
    position.value = ms;
    if (time.textContent !== text) {
      time.textContent = text;
      position.setAttribute("aria-valuetext", text);
    }
    this.onTime(ms);
  }

  #showState() {
    this.root.classList.toggle("is-playing", this.isPlaying);
    this.controls.play.ariaLabel = say(this.isPlaying ? "pause" : "play");
  }

  #showDuration() {
    if (!Number.isFinite(this.media.duration)) return;
    this.controls.position.max = this.media.duration * 1000;
    this.controls.duration.textContent = clock(this.media.duration * 1000);
  }

  #rememberSpeed() {
    const { speed } = this.controls;
    const stored = localStorage.getItem(REMEMBERED_SPEED);
    if ([...speed.options].some((option) => option.value === stored)) speed.value = stored;
    this.media.preservesPitch = true;
    const apply = () => (this.media.defaultPlaybackRate = this.media.playbackRate = Number(speed.value));
    speed.addEventListener("change", () => {
      localStorage.setItem(REMEMBERED_SPEED, speed.value);
      apply();
    });
    apply();
  }

  #giveUp() {
    this.root.querySelector(".player-controls").hidden = true;
    this.media.hidden = true;
    this.root.querySelector(".player-problem").hidden = false;
  }
}
