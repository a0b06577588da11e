/** Makes telephone numbers and addresses in the service's fixed words into links. */

import { el } from "./dom.js";

const ADDRESS = /https?:\/\/[^\s()]*[^\s().,;]/;
/** "Name: number (hours)." as the service names a helpline; only the number is to be called. */
const HELPLINE = /^(.*: )([^():]*\d[^():]*)( \(.*\)\.?)$/;
const NUMBER = /[*+]?\d(?:[\d -]*\d)?/g;
const TEXT_TO = /^text (\S+) to (\d+)$/i;

/** One line as nodes, to be appended. */
export function linked(line) {
  const address = ADDRESS.exec(line);
  if (address) {
    const end = address.index + address[0].length;
    return [line.slice(0, address.index), link(address[0]), line.slice(end)];
  }
  const helpline = HELPLINE.exec(line);
  if (helpline && !/\) .*\(/.test(helpline[3])) return [helpline[1], ...called(helpline[2]), helpline[3]];
  return withNumbers(line);
}

/** A helpline's number as nodes: a call, a text message, or what of it can be called. */
export function called(number) {
  const texted = TEXT_TO.exec(number);
  if (texted) return [el("a", { href: `sms:${texted[2]}?body=${encodeURIComponent(texted[1])}` }, number)];
  return withNumbers(number);
}

/** An address as a link that opens elsewhere and does not tell where it was followed. */
export function link(address, label = address) {
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label);
}

function withNumbers(text) {
  const nodes = [];
  let told = 0;
  for (const match of text.matchAll(NUMBER)) {
    // Two digits are an age or an hour, never a number to call.
    if (match[0].replace(/\D/g, "").length < 3) continue;
    nodes.push(text.slice(told, match.index), el("a", { href: `tel:${match[0].replace(/[ -]/g, "")}` }, match[0]));
    told = match.index + match[0].length;
  }
  return [...nodes, text.slice(told)];
}
