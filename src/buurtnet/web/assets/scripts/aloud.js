// Reads the page aloud where the device has a voice of its own for the page's language; nothing is sent anywhere.

/** @returns {SpeechSynthesisVoice | undefined} */
function voiceFor(/** @type {string} */ language) {
  return speechSynthesis.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(language));
}

export function readAloud() {
  const buttons = document.querySelectorAll("button.aloud");
  if (!buttons.length || !("speechSynthesis" in window)) return;
  const language = document.documentElement.lang;
  const show = () => buttons.forEach((button) => button.toggleAttribute("hidden", !voiceFor(language)));
  show();
  speechSynthesis.addEventListener?.("voiceschanged", show);
  window.addEventListener("pagehide", () => speechSynthesis.cancel());
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("button.aloud")) return;
    if (speechSynthesis.speaking) return speechSynthesis.cancel();
    const words = new SpeechSynthesisUtterance(document.querySelector("main")?.innerText ?? "");
    words.lang = language;
    words.voice = voiceFor(language) ?? null;
    speechSynthesis.speak(words);
  });
}
