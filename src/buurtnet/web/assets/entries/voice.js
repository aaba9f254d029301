// The recorder of a voice note: records on this device, stops by itself, and hands the sound to its own form like a file that was chosen.

const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus"];
const LOOK_MS = 250;
const QUIET = 0.03;
const QUIET_FOR = 12;

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form.recorder"));
const type = "MediaRecorder" in window && "mediaDevices" in navigator && TYPES.find((one) => MediaRecorder.isTypeSupported(one));

/** @template {Element} T @param {string} selector */
const find = (selector) => /** @type {T} */ (form?.querySelector(selector));

/** @param {string} state */
function show(state) {
  for (const part of form?.querySelectorAll("[data-when]") ?? []) part.toggleAttribute("hidden", !part.getAttribute("data-when")?.split(" ").includes(state));
  // Where nothing can be recorded, a sound can still be chosen.
  for (const part of form?.querySelectorAll("[data-file]") ?? []) part.toggleAttribute("hidden", !["none", "refused"].includes(state));
}

/** Says in words whether something is heard. @param {MediaStream} stream @returns {() => void} */
function listen(stream) {
  const room = new AudioContext();
  const ear = room.createAnalyser();
  room.createMediaStreamSource(stream).connect(ear);
  const heard = new Float32Array(ear.fftSize);
  const said = /** @type {HTMLElement} */ (find("[data-level]"));
  said.textContent = "";
  let quiet = 0;
  const timer = setInterval(() => {
    ear.getFloatTimeDomainData(heard);
    quiet = Math.max(...heard) > QUIET ? 0 : quiet + 1;
    const words = quiet > QUIET_FOR ? said.dataset.soft : quiet ? said.textContent : said.dataset.good;
    if (said.textContent !== words) said.textContent = words ?? "";
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    void room.close();
  };
}

/** Counts down in words; at the end it stops. @param {number} longest @param {() => void} stop @returns {() => void} */
function countDown(longest, stop) {
  const meter = /** @type {HTMLMeterElement} */ (find("meter"));
  const said = /** @type {HTMLElement} */ (find("[data-time]"));
  const began = Date.now();
  const look = () => {
    const gone = (Date.now() - began) / 1000;
    meter.value = gone;
    said.textContent = (said.dataset.time ?? "").replace("#", String(Math.max(Math.ceil(longest - gone), 0)));
    if (gone >= longest) stop();
  };
  look();
  const timer = setInterval(look, LOOK_MS);
  return () => clearInterval(timer);
}

/** @param {Blob} sound */
function keep(sound) {
  const chosen = new DataTransfer();
  chosen.items.add(new File([sound], "voice", { type: sound.type }));
  /** @type {HTMLInputElement} */ (find("input[type=file]")).files = chosen.files;
  const player = /** @type {HTMLAudioElement} */ (find("audio"));
  URL.revokeObjectURL(player.src);
  player.src = URL.createObjectURL(sound);
  show("kept");
}

/** @type {MediaRecorder | undefined} */
let recorder;

async function start() {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
  } catch (error) {
    return show(error instanceof DOMException && error.name === "NotFoundError" ? "none" : "refused");
  }
  /** @type {Blob[]} */
  const parts = [];
  const now = (recorder = new MediaRecorder(stream, { mimeType: type || "", audioBitsPerSecond: 24_000 }));
  now.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const ends = [listen(stream), countDown(Number(form?.dataset.longest), () => now.state === "recording" && now.stop())];
  now.addEventListener("stop", () => {
    for (const end of ends) end();
    for (const track of stream.getTracks()) track.stop();
    keep(new Blob(parts, { type: now.mimeType }));
  });
  /** @type {HTMLAudioElement} */ (find("audio")).pause();
  now.start();
  show("on");
  /** @type {HTMLElement} */ (find("[data-do=stop]")).focus();
}

if (form && type) {
  find("[data-record]").toggleAttribute("hidden", false);
  show("ready");
  form.addEventListener("click", ({ target }) => {
    const wanted = target instanceof Element && target.closest("[data-do]")?.getAttribute("data-do");
    if (wanted === "start") void start();
    if (wanted === "stop") recorder?.stop();
  });
  // Whoever leaves stops being heard.
  window.addEventListener("pagehide", () => recorder?.state === "recording" && recorder.stop());
}
