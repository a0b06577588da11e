/** Elements are made here, and what anyone wrote enters them only as text: nothing is ever parsed as HTML. */

export const byId = (id) => document.getElementById(id);

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** A sentence with its gaps filled: `fill("{count} places", { count: 2 })`. */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** The service counts code points where JavaScript counts UTF-16 units: an emoji is one there and two here. */
export const codePoints = (text) => Array.from(text);

export const MOST_CHARACTERS = 8000;
