import { describe, expect, it } from 'vitest';
import { htmlToText } from '../../../../src-main/mime/html-text.ts';

describe('htmlToText', () => {
  it.each([
    ['<p>One</p><p>Two &amp; three</p>', 'One\n\nTwo & three'],
    ['a<br>b<br/>c', 'a\nb\nc'],
    ['<div>a</div><div>b</div>', 'a\nb'],
    ['<ul><li>x</li><li>y</li></ul>', '* x\n* y'],
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
    ['<head><title>t</title><style>p{}</style></head><body>seen</body>', 'seen'],
    ['<style>a{}</style>b<script>if (a</b) {}</script>c<!-- hidden > -->d', 'bcd'],
    ['<blockquote>old</blockquote>new', '> old\nnew'],
    ['<pre>a\n  b</pre>', 'a\n  b'],
    ['<a href="https://x.test/?a>b">link</a> text', 'link text'],
    ['a &lt;b&gt; &#x1F600; &#0; &unknown; &eacute;&nbsp;&hellip;', 'a <b> 😀 \ufffd &unknown; é\u00a0…'],
    ['1 < 2 and 3 <4', '1 < 2 and 3 <4'],
    ['<script>never closed', ''],
    ['', ''],
  ])('reads %j', (html, expected) => {
    expect(htmlToText(html)).toBe(expected);
  });
});
