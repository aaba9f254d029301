// What the map says of a neighbourhood, in the words that the page brought.

/** @param {number} value @param {boolean} share @param {number} digits */
function say(value, share, digits) {
  const shown = share ? Math.max(digits - 2, 0) : digits;
  const form = { minimumFractionDigits: shown, maximumFractionDigits: shown, style: share ? "percent" : "decimal", numberingSystem: "latn" };
  return new Intl.NumberFormat(document.documentElement.lang, /** @type {Intl.NumberFormatOptions} */ (form)).format(value);
}

/** What is known of a neighbourhood, in words. @param {Record<string, any>} about @param {DOMStringMap} told @returns {string[]} */
export function tell(about, told) {
  const names = about.name_fr ? { fr: about.name_fr, nl: about.name }[document.documentElement.lang] : about.name;
  const lines = [names ?? `${about.name} · ${about.name_fr}`];
  if ("value" in about) {
    const word = (/** @type {number} */ value) => say(value, Boolean(told.share), Number(told.digits));
    lines.push(`${told.label}: ${word(about.value)}`);
    if ("low" in about && "high" in about) lines.push((told.between ?? "").replace("{low}", word(about.low)).replace("{high}", word(about.high)));
    if ("n" in about && told.of) lines.push(told.of.replace("{n}", say(about.n, false, 0)));
  } else {
    const words = { inactive: told.inactive, uninhabited: told.nobody, unpublished: told.unpublished };
    lines.push(words[/** @type {keyof typeof words} */ (about.mark)] ?? told.few ?? "");
  }
  return lines;
}
