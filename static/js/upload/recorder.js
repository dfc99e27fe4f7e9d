// The microphone: from "Record" to "Stop", then it is a file like any other.
import { say } from "../transcript/strings.js";

// The first that the browser can write.
const TYPES = { "audio/webm;codecs=opus": "webm", "audio/mp4": "m4a", "audio/ogg;codecs=opus": "ogg" };
// Written down so often: a browser that runs out of memory does so early, not after an hour.
const SLICE_MS = 1000;

export function startRecorder(box, receive, tell) {
  const button = box.querySelector("button");
  const clock = box.querySelector("[data-clock]");
  const type = Object.keys(TYPES).find((name) => window.MediaRecorder?.isTypeSupported(name));
  // Browsers give the microphone to secure addresses only.
  if (!navigator.mediaDevices?.getUserMedia || !type) return;
  box.hidden = false;
  let recording = null;

  button.addEventListener("click", async () => {
    if (recording) return recording.stop();
    try {
      recording = await record(type);
    } catch (error) {
      return tell(say(error.name === "NotAllowedError" ? "microphoneForbidden" : "noMicrophone"));
    }
    show(true);
    tell(say("recording"));
    const began = Date.now();
    const ticking = setInterval(() => (clock.textContent = time(Date.now() - began)), 250);
    const parts = await recording.ended;
    clearInterval(ticking);
    recording = null;
    show(false);
    receive(new File(parts, `${nameOf(new Date())}.${TYPES[type]}`, { type: type.split(";")[0] }));
  });
  addEventListener("beforeunload", (event) => {
    if (recording) event.preventDefault();
  });

  function show(isRecording) {
    box.classList.toggle("recording-now", isRecording);
    button.querySelector("[data-label]").textContent = say(isRecording ? "stopRecording" : "record");
    clock.textContent = isRecording ? time(0) : "";
  }
}

async function record(type) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream, { mimeType: type });
  const parts = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const ended = new Promise((resolve) => recorder.addEventListener("stop", () => resolve(parts)));
  recorder.addEventListener("stop", () => stream.getTracks().forEach((track) => track.stop()));
  recorder.start(SLICE_MS);
  return { ended, stop: () => recorder.stop() };
}

function nameOf(moment) {
  const two = (number) => String(number).padStart(2, "0");
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return say("recordingName", { moment: `${day} ${two(moment.getHours())}.${two(moment.getMinutes())}.${two(moment.getSeconds())}` });
}

function time(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
