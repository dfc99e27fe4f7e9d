// The waveform: wavesurfer.js draws the server's peaks; the media itself is neither fetched nor decoded for it.
import WaveSurfer from "../../vendor/wavesurfer/wavesurfer.esm.js";
import Regions from "../../vendor/wavesurfer/regions.esm.js";

const ZOOMED = { pixelsPerSecond: 60, pairs: 200_000 };

export class Waveform {
  #surfer = null;
  #regions = Regions.create();
  #duration;
  #etag = null;
  #zoomed = false;

  constructor(root, media, loop) {
    this.root = root;
    this.media = media;
    this.loop = loop;
    this.zoomButton = document.querySelector("[data-zoom]");
    this.zoomButton.addEventListener("click", () => this.#zoom(!this.#zoomed));
    loop.addEventListener("change", () => this.#showLoop());
    new MutationObserver(() => this.#recolour()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#recolour());
  }

  // Draw what there is; again while the work goes on.
  async refresh() {
    this.#duration = this.#lengthInSeconds();
    if (!this.#duration) {
      this.media.addEventListener("loadedmetadata", () => this.refresh(), { once: true });
      return;
    }
    const drawn = await this.#fetch();
    if (!drawn) return;
    if (this.#surfer) await this.#surfer.load(this.media.src, drawn, this.#duration);
    else this.#create(drawn);
  }

  #lengthInSeconds() {
    const known = Number(this.root.dataset.durationMs) / 1000;
    return known || (Number.isFinite(this.media.duration) ? this.media.duration : 0);
  }

  // [above, below] the middle line, from -127…127 to 0…1; null where nothing is new or there is no waveform at all.
  async #fetch() {
    const most = this.#zoomed ? ZOOMED.pairs : Math.max(500, Math.round(this.root.parentElement.clientWidth));
    let answer;
    try {
      answer = await fetch(`${this.root.dataset.address}?most=${most}`);
    } catch {
      return null; // offline: the next news of the transcript ask again
    }
    if (!answer.ok || answer.headers.get("ETag") === this.#etag) return null;
    const pairs = new Int8Array(await answer.arrayBuffer());
    if (!pairs.length) return null;
    this.#etag = answer.headers.get("ETag");
    const count = Math.max(Math.ceil((this.#duration * 1000) / Number(answer.headers.get("Peaks-Step"))), pairs.length / 2);
    const [above, below] = [new Float32Array(count), new Float32Array(count)];
    for (let at = 0; at < pairs.length; at += 2) {
      below[at / 2] = Math.abs(pairs[at]) / 127;
      above[at / 2] = Math.abs(pairs[at + 1]) / 127;
    }
    return [above, below];
  }

  #create(peaks) {
    this.root.hidden = false;
    this.#surfer = WaveSurfer.create({
      container: this.root,
      media: this.media,
      peaks,
      duration: this.#duration,
      height: "auto",
      normalize: true,
      barWidth: 2,
      barGap: 1,
      barRadius: 2,
      cursorWidth: 2,
      hideScrollbar: true,
      cspNonce: document.querySelector("link[nonce]").nonce,
      plugins: [this.#regions],
      ...this.#colours(),
    });
    this.#regions.enableDragSelection({ color: "transparent" });
    this.#regions.on("region-created", (region) => this.#chosen(region));
    this.#regions.on("region-updated", (region) => this.#chosen(region));
    this.#surfer.once("ready", () => {
      this.zoomButton.hidden = this.root.clientWidth / this.#duration > ZOOMED.pixelsPerSecond / 2;
      this.#showLoop();
    });
  }

  // A stretch was marked or moved by hand. Our own marks come by here too, and are what the loop is already.
  #chosen({ start, end }) {
    const [from, until] = [Math.round(start * 1000), Math.round(end * 1000)];
    const { stretch } = this.loop;
    if (stretch?.start !== from || stretch?.end !== until) this.loop.set({ start: from, end: until });
    if (this.loop.stretch?.start !== from) this.#showLoop(); // too short to be meant
  }

  #showLoop() {
    if (!this.#surfer) return;
    this.#regions.clearRegions();
    const { stretch } = this.loop;
    if (stretch) {
      const [start, end] = [stretch.start / 1000, stretch.end / 1000];
      this.#regions.addRegion({ start, end, color: this.#resolved("--loop"), drag: true, resize: true });
    }
  }

  async #zoom(zoomed) {
    this.#zoomed = zoomed;
    this.zoomButton.ariaPressed = String(zoomed);
    await this.refresh();
    this.#surfer?.zoom(zoomed ? ZOOMED.pixelsPerSecond : 0);
  }

  #recolour() {
    this.#surfer?.setOptions(this.#colours());
    this.#showLoop();
  }

  #colours() {
    return {
      waveColor: this.#resolved("--wave"),
      progressColor: this.#resolved("--tint"),
      cursorColor: this.#resolved("--ink"),
    };
  }

  // A canvas knows neither variables nor light-dark().
  #resolved(token) {
    this.root.style.color = `var(${token})`;
    const { color } = getComputedStyle(this.root);
    this.root.style.color = "";
    return color;
  }
}
