/** A picture that is mostly see-through and otherwise dark, as logos are, cannot be seen on dark paper: it gets a light plate. */

const SIDE = 24;
const PLATE = '#f1efea';
/** Share of the points of the picture, and luminance, each from 0 to 1. */
const LEAST_CLEAR = 0.1;
const MOST_DARK = 0.2;

/** Whether the points of a picture (RGBA, 0 to 255) are dark where they are not see-through, and see-through elsewhere. */
export function isDarkLogo(points: Uint8ClampedArray): boolean {
  let clear = 0;
  let solid = 0;
  let light = 0;
  for (let at = 0; at < points.length; at += 4) {
    const alpha = (points[at + 3] ?? 0) / 255;
    if (alpha < 0.5) {
      clear += 1;
      continue;
    }
    solid += 1;
    const [r, g, b] = [points[at] ?? 0, points[at + 1] ?? 0, points[at + 2] ?? 0];
    light += (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
  }
  return solid > 0 && clear / (clear + solid) >= LEAST_CLEAR && light / solid <= MOST_DARK;
}

let canvas: OffscreenCanvasRenderingContext2D | null | undefined;

/** Looks at a picture that has just been loaded, small, and puts a plate behind it where it needs one. Its place stays as large as it was. */
export function givePlate(image: HTMLImageElement): void {
  if (image.naturalWidth === 0) return;
  canvas ??= new OffscreenCanvas(SIDE, SIDE).getContext('2d', { willReadFrequently: true });
  if (!canvas) return;
  canvas.clearRect(0, 0, SIDE, SIDE);
  canvas.drawImage(image, 0, 0, SIDE, SIDE);
  if (!isDarkLogo(canvas.getImageData(0, 0, SIDE, SIDE).data)) return;
  image.style.backgroundColor = PLATE;
  image.style.boxShadow = `0 0 0 4px ${PLATE}`;
  image.style.borderRadius = '1px';
}
