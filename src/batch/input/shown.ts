/** Characters of a value that an error quotes. */
const SHOWN_LENGTH = 80;

/** A value as errors quote it: on one line, and not all of a long one. */
export function shown(value: string): string {
  return JSON.stringify(shortened(value));
}

export function shortened(value: string): string {
  const characters = Array.from(value.slice(0, 2 * SHOWN_LENGTH + 2));
  return characters.length > SHOWN_LENGTH ? `${characters.slice(0, SHOWN_LENGTH).join('')}…` : value;
}
