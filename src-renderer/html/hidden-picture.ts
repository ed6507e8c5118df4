import {
  isUnseenPicture,
  UNSEEN_ATTRIBUTES,
  UNSEEN_PROPERTIES,
} from '../../src-shared/picture/unseen-picture.ts';

/** Whether nobody is meant to see this picture. It is never shown, not even empty, and never loaded. `image` may stand in a document that shows nothing. */
export function isHiddenPicture(image: HTMLImageElement): boolean {
  return isUnseenPicture(
    UNSEEN_ATTRIBUTES.flatMap((name) => {
      const value = image.getAttribute(name);
      return value === null ? [] : [[name, value] as const];
    }),
    UNSEEN_PROPERTIES.map((name) => [name, image.style.getPropertyValue(name)] as const),
  );
}
