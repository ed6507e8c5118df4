/** The types that every mail program shows, and whose bytes the engine knows. */
const SHOWN = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
export const PICTURE_TYPES: string = SHOWN.join(',');

export function isPictureFile(file: Blob): boolean {
  return SHOWN.includes(file.type);
}

/** The bytes of a picture that stood in pasted HTML; undefined when it is none that mail programs show. */
export function blobOf(dataUrl: string): Blob | undefined {
  const [, type = '', data = ''] = /^data:(image\/[a-z]+);base64,([a-z0-9+/=\s]+)$/iu.exec(dataUrl) ?? [];
  if (!SHOWN.includes(type.toLowerCase())) return undefined;
  try {
    return new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], { type });
  } catch {
    return undefined; // not base64
  }
}
