const UNSEEN_SIDE = /^\s*[0-2](?:\.\d+)?(?:px)?\s*$/u;

/**
 * Whether nobody is meant to see this picture: it stands there to be fetched. It is never shown, not even empty, and never
 * loaded. Told by its own attributes only; `image` may stand in a document that shows nothing.
 */
export function isHiddenPicture(image: HTMLImageElement): boolean {
  const { style } = image;
  const sides = [
    image.getAttribute('width'),
    image.getAttribute('height'),
    style.width,
    style.height,
    style.maxWidth,
    style.maxHeight,
  ];
  return (
    sides.some((side) => side !== null && UNSEEN_SIDE.test(side)) ||
    style.display === 'none' ||
    style.visibility === 'hidden' ||
    style.opacity === '0' ||
    image.hasAttribute('hidden')
  );
}
