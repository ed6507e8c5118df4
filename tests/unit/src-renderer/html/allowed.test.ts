import { describe, expect, it } from 'vitest';
import { isRemoteReference, pictureOf } from '../../../../src-renderer/html/allowed.ts';

const PNG = 'data:image/png;base64,iVBORw0KGgo=';

describe('what may stand in a mail', () => {
  it('counts every reference to elsewhere, in each spelling', () => {
    expect(isRemoteReference('img', 'src', 'https://t.example/p.gif')).toBe(true);
    expect(isRemoteReference('img', 'src', '//t.example/p.gif')).toBe(true);
    expect(isRemoteReference('img', 'src', '\\\\t.example\\p')).toBe(true);
    expect(isRemoteReference('table', 'background', 'http://t.example')).toBe(true);
    expect(isRemoteReference('link', 'href', 'https://t.example/a.css')).toBe(true);
    expect(isRemoteReference('video', 'poster', 'x')).toBe(true);
  });

  it('counts no link, no picture that came along and nothing empty', () => {
    expect(isRemoteReference('a', 'href', 'https://x.example')).toBe(false);
    expect(isRemoteReference('img', 'src', 'cid:logo@x')).toBe(false);
    expect(isRemoteReference('img', 'src', PNG)).toBe(false);
    expect(isRemoteReference('img', 'src', ' ')).toBe(false);
  });
});

describe('pictures that came with a message', () => {
  it('are found by content-ID, also percent-encoded', () => {
    expect(pictureOf('cid:logo@x', { 'logo@x': PNG })).toBe(PNG);
    expect(pictureOf('CID:logo%40x', { 'logo@x': PNG })).toBe(PNG);
  });

  it('are nothing when the ID is unknown, broken or names no picture', () => {
    expect(pictureOf('cid:other', { 'logo@x': PNG })).toBeUndefined();
    expect(pictureOf('cid:%E0%A4%A', {})).toBeUndefined();
    expect(pictureOf('cid:x', { x: 'data:text/html;base64,PGI+' })).toBeUndefined();
    expect(pictureOf('cid:x', { x: 'data:image/svg+xml;base64,PHN2Zz4=' })).toBeUndefined();
  });

  it('do not come from elsewhere', () => {
    expect(pictureOf('https://x.example/a.png', {})).toBeUndefined();
    expect(pictureOf('data:image/svg+xml,<svg>', {})).toBeUndefined();
    expect(pictureOf('blob:x', {})).toBeUndefined();
  });

  it('inside the HTML are what they say, and of a size that can be drawn', () => {
    const png = (width: number, height: number) => {
      const bytes = Buffer.alloc(24);
      bytes.write('\x89PNG\r\n\x1a\n', 'latin1');
      bytes.writeUInt32BE(width, 16);
      bytes.writeUInt32BE(height, 20);
      return `data:image/png;base64,${bytes.toString('base64')}`;
    };
    expect(pictureOf(png(600, 400), {})).toBe(png(600, 400));
    expect(pictureOf(png(23_000, 23_000), {})).toBeUndefined();
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64');
    expect(pictureOf(`data:image/png;base64,${svg}`, {})).toBeUndefined();
    expect(pictureOf('data:image/png;base64,=A=', {})).toBeUndefined();
  });
});
