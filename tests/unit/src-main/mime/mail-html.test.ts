import { describe, expect, it } from 'vitest';
import { cleanHtml } from '../../../../src-main/mime/mail-html.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const clean = (html: string, keepsRemote = true) =>
  cleanHtml(html, { hasPart: (id) => id === 'a@x', keepsRemote });

describe('cleanHtml', () => {
  it('keeps what mail needs', () => {
    const html =
      '<p dir="rtl" style="color: red; text-align: left">Hi <b>Bob</b> &amp; <a href="https://lab.test/?a=1&amp;b=2">you</a></p><blockquote type="cite"><table><tbody><tr><td colspan="2">x</td></tr></tbody></table></blockquote><hr><br>';
    expect(clean(html).html).toBe(html);
    expect(clean(clean(html).html).html).toBe(html);
  });

  it.each([
    ['<script>alert(1)</script>x', 'x'],
    ['<ScRiPt src=x>alert(1)', ''],
    ['<img src=x onerror=alert(1)>', ''],
    ['<p onclick="alert(1)">x</p>', '<p>x</p>'],
    ['<a href="javascript:alert(1)">x</a>', '<a>x</a>'],
    ['<a href=" java\tscript:alert(1)">x</a>', '<a>x</a>'],
    ['<a href="data:text/html,x">x</a>', '<a>x</a>'],
    ['<a href="file:///etc/passwd">x</a>', '<a>x</a>'],
    ['<iframe src="https://evil.test"></iframe>x', 'x'],
    ['<form action="https://evil.test"><input name=a><button>x</button></form>', 'x'],
    ['<style>@import url(//evil.test)</style>x', 'x'],
    ['<link rel=stylesheet href=//evil.test>x', 'x'],
    ['<meta http-equiv=refresh content="0;url=//evil.test">x', 'x'],
    ['<base href=//evil.test>x', 'x'],
    ['<svg><script>alert(1)</script></svg>x', 'x'],
    ['<math><mi xlink:href="javascript:1">y</mi></math>x', 'x'],
    ['<p style="background: url(//evil.test/a.png); color: red">x</p>', '<p style="color: red">x</p>'],
    ['<p style="background: u\\72l(//evil.test)">x</p>', '<p>x</p>'],
    ['<p style="width: expression(alert(1))">x</p>', '<p>x</p>'],
    ['<!-- <script>x</script> -->y<![CDATA[z]]>', 'y'],
    ['a < b', 'a &lt; b'],
    [
      '<p title="&quot;><script>x</script>">x</p>',
      '<p title="&quot;&gt;&lt;script&gt;x&lt;/script&gt;">x</p>',
    ],
    ['</div></body><b>x', '<b>x</b>'],
    ['<b', '&lt;b'],
    ['<p a="b', '<p></p>'],
    ['<x-evil onx=1>x</x-evil>', 'x'],
    ['<img src="data:image/svg+xml;base64,PHN2Zz4=">', ''],
    ['<img src="data:text/html;base64,PHN2Zz4=">', ''],
    ['<img src="cid:other@x">', ''],
    ['<img src="cid:a%40x" alt="A">', '<img src="cid:a%40x" alt="A">'],
  ])('%j goes out as %j', (html, expected) => {
    expect(clean(html).html).toBe(expected);
  });

  it('makes parts of pictures that stand in the text, each once', () => {
    const found = clean(`<img src="data:image/png;base64,${PNG}"><img src="data:image/jpeg;base64,${PNG}">
      <img src="data:image/png;base64,${PNG}" alt="again">`);
    expect(found.html).not.toContain('data:');
    expect(found.pictures.map(({ contentType }) => contentType)).toEqual(['image/png', 'image/png']);
    const [first] = found.pictures;
    expect(first?.contentId).toMatch(/^[0-9a-f-]{36}@latchkey\.invalid$/);
    expect(Buffer.from(first?.content ?? '').toString('base64')).toBe(PNG);
    expect(found.html.split(`cid:${encodeURIComponent(first?.contentId ?? '')}`)).toHaveLength(3);
  });

  it('keeps pictures of the network as text, or leaves them out', () => {
    const html = '<img src="https://lab.test/a.png" width="1">';
    expect(clean(html).html).toBe(html);
    expect(clean(html, false).html).toBe('');
  });

  it('takes time that grows with the length, whatever is in it', () => {
    for (const piece of [
      '<',
      '<p ',
      '<p a=',
      '<!--',
      '<script>',
      '</p>',
      '<div>',
      '<a href="',
      '"<b>',
      '&#',
      '<p x="\'>',
    ]) {
      const spent = startCounting();
      clean(piece.repeat(300_000 / piece.length));
      expect(spent()).toBeLessThan(2_000);
    }
  });
});
