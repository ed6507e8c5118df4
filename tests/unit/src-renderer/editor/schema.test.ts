import { describe, expect, it } from 'vitest';
import { isRightToLeft } from '../../../../src-renderer/editor/html-out.ts';
import { readTarget } from '../../../../src-renderer/editor/link-dialog.tsx';
import { blobOf } from '../../../../src-renderer/editor/picture-blob.ts';
import { isLinkTarget, readContentId } from '../../../../src-renderer/editor/schema.ts';

describe('what a written link may lead to', () => {
  it('is the web or a mail address, and nothing that acts', () => {
    for (const url of ['https://a.example/x?y#z', 'http://a.example', 'mailto:ada@a.example']) {
      expect(isLinkTarget(url), url).toBe(true);
    }
    for (const url of [
      'javascript:alert(1)',
      ' javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'app://latchkey/x',
      'https:///',
      '//a.example',
      'vbscript:x',
      'mailto:',
      '',
    ]) {
      expect(isLinkTarget(url), url).toBe(false);
    }
  });

  it('is understood as people type it', () => {
    expect(readTarget(' press.example/a ')).toBe('https://press.example/a');
    expect(readTarget('ada@press.example')).toBe('mailto:ada@press.example');
    expect(readTarget('http://press.example')).toBe('http://press.example');
    expect(readTarget('not a link')).toBeUndefined();
    expect(readTarget('javascript:alert(1)')).toBeUndefined();
  });
});

describe('a picture in the text', () => {
  it('is named by its Content-ID alone', () => {
    expect(readContentId('cid:a%40b')).toBe('a@b');
    expect(readContentId('CID:100%')).toBe('100%');
    expect(readContentId('https://t.example/a.gif')).toBe('');
  });

  it('comes out of pasted HTML only in a type that mail programs show', () => {
    expect(blobOf('data:image/png;base64,iVBORw0KGgo=')?.size).toBe(8);
    expect(blobOf('data:image/svg+xml;base64,PHN2Zz4=')).toBeUndefined();
    expect(blobOf('data:image/png;base64,===')).toBeUndefined();
    expect(blobOf('https://t.example/a.png')).toBeUndefined();
  });
});

describe('the direction of a paragraph', () => {
  it('is that of its first letter', () => {
    expect(isRightToLeft('«שלום» hello')).toBe(true);
    expect(isRightToLeft('1. hello שלום')).toBe(false);
    expect(isRightToLeft('123')).toBe(false);
    expect(isRightToLeft('مرحبا')).toBe(true);
  });
});
