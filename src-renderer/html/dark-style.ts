import {
  type Colour,
  darkInk,
  darkLine,
  darkPaper,
  readColour,
  writeColour,
  writeHex,
} from './dark-colours.ts';

const MOST_KEPT = 2_000;
const kept = new Map<string, string>();
let canvas: OffscreenCanvasRenderingContext2D | null | undefined;

/** The browser knows all the names of colours. */
function hexOf(name: string): string | undefined {
  if (!/^[a-z]{3,24}$/iu.test(name) || /^currentcolor$/iu.test(name)) return undefined;
  canvas ??= new OffscreenCanvas(1, 1).getContext('2d');
  if (!canvas) return undefined;
  canvas.fillStyle = '#010203';
  canvas.fillStyle = name;
  return canvas.fillStyle === '#010203' ? undefined : String(canvas.fillStyle);
}

/** What becomes of a colour that is used in this way; of a property that is none of a colour, undefined. */
function changeFor(property: string): ((colour: Colour) => Colour) | undefined {
  if (property === 'color' || property === 'text-decoration-color') return darkInk;
  if (property === 'background-color') return darkPaper;
  return property.endsWith('-color') ? darkLine : undefined;
}

/** A value of a property as it is to be on dark paper: colours are mapped, keywords and everything else stay. */
export function darkValue(property: string, value: string): string {
  const change = changeFor(property);
  if (!change) return value;
  const key = `${property} ${value}`;
  const before = kept.get(key);
  if (before !== undefined) return before;
  const colour = readColour(value, hexOf);
  const mapped = colour ? writeColour(change(colour)) : value;
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, mapped);
  return mapped;
}

/** The same for `color` and `bgcolor`, which know hexadecimal colours only. Undefined for what cannot be read. */
export function darkAttribute(name: string, value: string): string | undefined {
  const colour = readColour(value, hexOf);
  return colour && writeHex((name === 'color' ? darkInk : darkPaper)(colour));
}
