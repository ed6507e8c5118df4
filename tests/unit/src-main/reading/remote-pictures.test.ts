import { describe, expect, it } from 'vitest';
import { remotePicturesIn } from '../../../../src-main/reading/remote-pictures.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';

const found = (html: string) => remotePicturesIn(html, 200);
const A = 'https://a.example/x.png';

describe('pictures from afar', () => {
  it.each([
    [`<img src="${A}">`, A],
    [`<IMG alt='>' SRC='${A}'/>`, A],
    [`<img/src=${A}>`, A],
    [`<img\n src\n=\n"${A}" src="https://b.example/">`, A],
    [`<image src="${A}">`, A],
    [
      '<img src="https://a.example/?a=1&amp;b=2&copy=3&#38;d=4&lt;">',
      'https://a.example/?a=1&b=2&copy=3&d=4<',
    ],
    [`<img src="  ${A} ">`, A],
    ['<img src="http://a.example/x.png">', 'http://a.example/x.png'],
    [`<p title="<img src=https://b.example/>"><img src="${A}">`, A],
    [`<img width=600 height="20%" style="width:100%" src="${A}">`, A],
    [`<img width=20 style="opacity:0.5;max-width:10px;hidden:1;url:display:none" src="${A}">`, A],
  ])('are found by the source of a picture: %s', (html, address) => {
    expect(found(html)).toEqual([address]);
  });

  it.each([
    `<!-- <img src="${A}"> -->`,
    `<style><img src="${A}"></style>`,
    `<script>"<img src='${A}'>"</script>`,
    `<textarea><img src="${A}"></textarea>`,
    `<title><img src="${A}"></title>`,
    `<link rel=stylesheet href="${A}">`,
    `<img srcset="${A} 2x" data-src="${A}" lowsrc="${A}">`,
    `<table background="${A}"><td style="background:url(${A})">`,
    `<video poster="${A}" src="${A}"><source src="${A}"></video>`,
    `<svg><image href="${A}" xlink:href="${A}"/></svg>`,
    `<input type=image src="${A}"><iframe src="${A}"></iframe><embed src="${A}">`,
    '<img src="cid:one"><img src="data:image/png;base64,AA"><img src="file:///etc/passwd"><img src="//a.example/x">',
    '<img src="javascript:x"><img src="ftp://a.example/x"><img src="https://"><img src>',
    `<img src="${A}`,
  ])('are nothing else: %s', (html) => {
    expect(found(html)).toEqual([]);
  });

  it.each([
    'width=1',
    'height="0"',
    'width="1px"',
    'hidden',
    'style="display:none"',
    'style="x:y;Max-Height: 1px"',
    'style="width:2px!important"',
    'style="visibility: Hidden"',
    'style="opacity:0.0;color:red"',
  ])('that nobody is meant to see are not asked for: %s', (how) => {
    expect(found(`<img ${how} src="${A}">`)).toEqual([]);
  });

  it('are each named once, and not without end', () => {
    expect(found(`<img src="${A}">`.repeat(3))).toEqual([A]);
    const many = Array.from({ length: 500 }, (_, n) => `<img src="https://a.example/${n}">`).join('');
    expect(found(many)).toHaveLength(200);
  });

  it('are looked for in time that grows with the message only', () => {
    const spent = startCounting();
    for (const piece of [
      '<',
      '<img ',
      '<img src=',
      '<!--',
      '<style>',
      '<a b="',
      '</',
      '<img src="&',
      "<img '",
    ])
      found(piece.repeat(1_000_000 / piece.length));
    expect(spent()).toBeLessThan(3_000);
  });
});
