import { describe, expect, it } from 'vitest';
import { cleanHtml } from '../../../../src-main/mime/mail-html.ts';
import { SENT_HTML, SHOWN_HTML, WRITTEN_HTML } from '../../../../src-shared/text/mail-html.ts';

const PLACES = { written: WRITTEN_HTML, sent: SENT_HTML, shown: SHOWN_HTML };
const sorted = (list: readonly string[]) => [...list].sort().join(' ');

/** Whoever makes a place wider has to say so here. */
const PINNED = {
  written: {
    tags: 'a b blockquote br code del div em font h1 h2 h3 h4 h5 h6 hr i img li ol p pre s span strike strong table tbody td th thead tr u ul',
    attributes: 'align alt data-pm-slice data-signature dir href src start style',
    dropped:
      'audio canvas embed frame frameset iframe math noembed noframes noscript object option plaintext portal script select style svg template textarea title video xmp',
  },
  sent: {
    tags: 'a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp section small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var wbr',
    attributes:
      'align alt bgcolor border cellpadding cellspacing color colspan dir face height lang rowspan size start title type valign width',
    dropped:
      'applet frameset head iframe math noembed noframes noscript object plaintext script select style svg template textarea title xmp',
  },
  shown: {
    tags: 'a abbr address article aside b bdi bdo big blockquote body br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hr html i img ins kbd li main mark nav ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr',
    attributes:
      'align alt bgcolor border cellpadding cellspacing class color colspan datetime dir face height href hspace lang noshade nowrap open rowspan rules scope size span src start style summary title type valign value vspace width',
    dropped:
      'audio canvas embed frame frameset iframe math noembed noframes noscript object option plaintext portal script select style svg template textarea title video xmp',
  },
};

describe.each(['written', 'sent', 'shown'] as const)('HTML that is %s', (place) => {
  it('is made of these tags and attributes, and of no others', () => {
    expect(sorted(PLACES[place].tags)).toBe(PINNED[place].tags);
    expect(sorted(PLACES[place].attributes)).toBe(PINNED[place].attributes);
    expect(sorted(PLACES[place].dropped)).toBe(PINNED[place].dropped);
  });

  it('has no element that loads, runs, embeds or asks', () => {
    for (const tag of 'script style link meta base svg math iframe object embed form input button video audio picture source template'.split(
      ' ',
    )) {
      expect(PLACES[place].tags, tag).not.toContain(tag);
    }
  });

  it('has no attribute that loads or that shadows properties of the document', () => {
    for (const name of 'srcset background poster ping target id name onclick formaction xlink:href'.split(
      ' ',
    )) {
      expect(PLACES[place].attributes, name).not.toContain(name);
    }
  });
});

describe('a message on its way out', () => {
  const clean = (html: string) => cleanHtml(html, { hasPart: () => true, keepsRemote: true }).html;
  const known = [...SHOWN_HTML.tags, ...SHOWN_HTML.dropped, ...SENT_HTML.dropped, 'form', 'input', 'link'];

  it('keeps these elements and drops those', () => {
    const kept = known.filter((tag) => clean(`<${tag} src="cid:a">`).startsWith(`<${tag}`));
    expect(sorted([...new Set(kept)])).toBe(PINNED.sent.tags);
    const gone = known.filter((tag) => !clean(`<${tag}>x</${tag}>`).includes('x') && tag !== 'img');
    expect(sorted([...new Set(gone)])).toBe(PINNED.sent.dropped);
  });

  it('keeps these attributes of a paragraph, and a style', () => {
    const names = [...SHOWN_HTML.attributes, 'id', 'name', 'onclick', 'background', 'srcset', 'data-x'];
    const kept = names.filter((name) => clean(`<p ${name}="color: red">`) !== '<p></p>');
    expect(sorted(kept)).toBe(sorted([...PINNED.sent.attributes.split(' '), 'style']));
  });
});
