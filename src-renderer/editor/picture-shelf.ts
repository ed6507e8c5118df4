/**
 * The pictures of a text while it is written. A new one is shown at once and gets its Content-ID when the draft has it; until then
 * it stands under a name of this window, which never leaves it.
 */

export type PictureSource = {
  /** A picture of the draft as a data: URL; undefined when the draft has none of this name. */
  urlOf(contentId: string): Promise<string | undefined>;
  /** Keeps a picture with the draft and answers with its Content-ID; undefined when it was refused. */
  keep(picture: Blob, name: string): Promise<string | undefined>;
};

export type PictureShelf = {
  urlOf(id: string): Promise<string | undefined>;
  /** The Content-ID for the text that leaves; undefined for a picture that the draft does not have (yet). */
  contentIdOf(id: string): string | undefined;
  /** Takes a new picture and answers with the name under which it stands in the text. */
  take(picture: Blob, name: string): string;
  /** Resolves when no new picture is on its way to the draft any more. */
  settled(): Promise<void>;
};

const NEW = 'new:';

/** `onKept` hears of each new picture whether the draft has it now. */
export function createPictureShelf(
  source: PictureSource,
  onKept: (id: string, isKept: boolean) => void,
): PictureShelf {
  const urls = new Map<string, Promise<string | undefined>>();
  const kept = new Map<string, string>();
  const running = new Set<Promise<void>>();
  let count = 0;
  return {
    urlOf(id) {
      const url = urls.get(id) ?? source.urlOf(id);
      urls.set(id, url);
      return url;
    },
    contentIdOf: (id) => (id.startsWith(NEW) ? kept.get(id) : id),
    take(picture, name) {
      count += 1;
      const id = `${NEW}${count}`;
      urls.set(id, readAsUrl(picture));
      const keeping = source.keep(picture, name).then((contentId) => {
        if (contentId !== undefined) kept.set(id, contentId);
        running.delete(keeping);
        onKept(id, contentId !== undefined);
      });
      running.add(keeping);
      return id;
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

function readAsUrl(picture: Blob): Promise<string | undefined> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result)));
    reader.addEventListener('error', () => resolve(undefined));
    reader.readAsDataURL(picture);
  });
}
