/**
 * Colours of a mail that was made for white paper, turned into ones for dark paper. Hue stays, lightness is mapped in OKLCH
 * (Ottosson 2020) into two ranges that do not touch: every ink that comes out here has a contrast of 4.5:1 or more
 * (WCAG 2.2 §1.4.3) on every paper that comes out here, so that nobody has to find out which lies on which.
 */

/** Red, green, blue and opacity, each from 0 to 1. */
export type Colour = { r: number; g: number; b: number; alpha: number };

/** The hexadecimal form of a colour's name; undefined for what is none. */
export type NameReader = (name: string) => string | undefined;

const MOST_PAPER = 0.065;
const LEAST_INK = 0.5;
const HEX = /^#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/iu;
const RGB = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)(?:[\s,/]+([\d.]+)(%?))?\s*\)$/iu;

/** Reads `#rgb`, `#rrggbb` (also without `#`, as the attributes have it), `rgb()` as CSSOM writes it, and names. */
export function readColour(text: string, hexOf: NameReader): Colour | undefined {
  const value = text.trim();
  const rgb = RGB.exec(value);
  if (rgb) {
    const [, r, g, b, alpha, percent] = rgb;
    const part = (one: string | undefined): number => Math.min(1, Number(one) / 255);
    const opacity = alpha === undefined ? 1 : Number(alpha) / (percent === '%' ? 100 : 1);
    return { r: part(r), g: part(g), b: part(b), alpha: Math.min(1, opacity) };
  }
  if (value.toLowerCase() === 'transparent') return { r: 0, g: 0, b: 0, alpha: 0 };
  const digits = HEX.exec(value)?.[1] ?? HEX.exec(hexOf(value) ?? '')?.[1];
  if (digits === undefined) return undefined;
  const wide = digits.length < 6 ? [...digits].map((one) => one + one).join('') : digits;
  const part = (at: number): number => Number.parseInt(wide.slice(at, at + 2), 16) / 255;
  return { r: part(0), g: part(2), b: part(4), alpha: wide.length === 8 ? part(6) : 1 };
}

/** WCAG 2.2: relative luminance, from 0 to 1. */
export function luminanceOf({ r, g, b }: Colour): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** WCAG 2.2: contrast ratio, from 1 to 21. */
export function contrastOf(one: Colour, other: Colour): number {
  const [dark, light] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** The background for dark paper: light ones become dark, dark ones stay what they are. */
export function darkPaper(colour: Colour): Colour {
  const { lightness, chroma, hue } = toOklch(colour);
  let mapped = lightness > 0.5 ? 0.235 + (1 - lightness) * 0.33 : 0.17 + lightness * 0.46;
  let paper = fromOklch(mapped, chroma, hue);
  while (luminanceOf(paper) > MOST_PAPER) {
    mapped -= 0.01;
    paper = fromOklch(mapped, chroma, hue);
  }
  return { ...paper, alpha: colour.alpha };
}

/** The colour of words on dark paper; the further from the middle grey, the lighter. What could be seen through becomes solid. */
export function darkInk(colour: Colour): Colour {
  if (colour.alpha === 0) return colour;
  const { lightness, chroma, hue } = toOklch(colour);
  let mapped = 0.8 + Math.abs(lightness - 0.5) * 0.26 * colour.alpha;
  let ink = fromOklch(mapped, chroma, hue);
  while (luminanceOf(ink) < LEAST_INK) {
    mapped += 0.01;
    ink = fromOklch(mapped, chroma, hue);
  }
  return { ...ink, alpha: 1 };
}

/** A line between papers; it carries no words. */
export function darkLine(colour: Colour): Colour {
  const { lightness, chroma, hue } = toOklch(colour);
  return { ...fromOklch(0.32 + (1 - lightness) * 0.3, chroma, hue), alpha: colour.alpha };
}

/** As CSSOM writes it. */
export function writeColour({ r, g, b, alpha }: Colour): string {
  const [red, green, blue] = [r, g, b].map((one) => Math.round(one * 255));
  return alpha === 1
    ? `rgb(${red}, ${green}, ${blue})`
    : `rgba(${red}, ${green}, ${blue}, ${Math.round(alpha * 1000) / 1000})`;
}

/** As the attributes of HTML have it; opaque. */
export function writeHex({ r, g, b }: Colour): string {
  return `#${[r, g, b]
    .map((one) =>
      Math.round(one * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

function linear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function gamma(part: number): number {
  return part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055;
}

function toOklch(colour: Colour): { lightness: number; chroma: number; hue: number } {
  const [r, g, b] = [linear(colour.r), linear(colour.g), linear(colour.b)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const across = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const along = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return {
    lightness: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    chroma: Math.hypot(across, along),
    hue: Math.atan2(along, across),
  };
}

/** The colour of this lightness and hue, with as much of the chroma as a screen can show. */
function fromOklch(lightness: number, chroma: number, hue: number): Colour {
  const [across, along] = [Math.cos(hue), Math.sin(hue)];
  for (let left = chroma; left > 0.002; left *= 0.9) {
    const light = toLight(lightness, left * across, left * along);
    if (light.every((one) => one >= 0 && one <= 1)) return fromLight(light);
  }
  return fromLight(toLight(lightness, 0, 0).map((one) => Math.min(1, Math.max(0, one))));
}

/** From the strength of the light to the numbers of a screen; both have the same bounds, and the first costs less to look at. */
function fromLight([r = 0, g = 0, b = 0]: readonly number[]): Colour {
  return { r: gamma(r), g: gamma(g), b: gamma(b), alpha: 1 };
}

function toLight(lightness: number, across: number, along: number): [number, number, number] {
  const l = (lightness + 0.3963377774 * across + 0.2158037573 * along) ** 3;
  const m = (lightness - 0.1055613458 * across - 0.0638541728 * along) ** 3;
  const s = (lightness - 0.0894841775 * across - 1.291485548 * along) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}
