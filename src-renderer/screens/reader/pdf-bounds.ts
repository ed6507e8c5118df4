/**
 * What the reader of PDF may take at once, set before it is loaded: a few kilobytes of PDF may stand for gigabytes, and the worker shares
 * its memory with the window. What asks for more fails as a broken stream does; the rest of the document is shown.
 */

/** Of one array, in bytes: the largest picture that is painted, four bytes a pixel (MOST_PICTURE in pdf-document.ts). */
const MOST_BYTES = 192 * 1024 * 1024;

const ARRAYS = [
  'ArrayBuffer',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
] as const;

for (const name of ARRAYS) {
  const original = globalThis[name];
  const unit = 'BYTES_PER_ELEMENT' in original ? original.BYTES_PER_ELEMENT : 1;
  const bounded: typeof original = new Proxy(original, {
    construct(target, args: unknown[], caller) {
      if (typeof args[0] === 'number' && args[0] * unit > MOST_BYTES) throw new RangeError('too large');
      return Reflect.construct(target, args, caller === bounded ? target : caller);
    },
  });
  Object.defineProperty(globalThis, name, { value: bounded, configurable: true, writable: true });
}

// The browser's own inflating keeps its pieces where no array is asked for; without it pdf.js inflates itself.
Reflect.deleteProperty(globalThis, 'DecompressionStream');
