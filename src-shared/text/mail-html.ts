/**
 * The HTML of mail in one table. What a person writes is a part of what is sent, and that is a part of what is shown:
 * each line adds to the one before. What stands nowhere here is left out, not made harmless. Each place reads the values of
 * `href`, `src` and `style` by a rule of its own.
 */
type MailHtml = {
  readonly tags: readonly string[];
  readonly attributes: readonly string[];
  /** Elements that go with all that is in them: it is not for people either. */
  readonly dropped: readonly string[];
};

const words = (text: string): string[] => text.split(' ');

const WRITTEN_TAGS = words(
  'a b blockquote br code del div em font h1 h2 h3 h4 h5 h6 hr i img li ol p pre s span strike strong table tbody td th ' +
    'thead tr u ul',
);
const SENT_TAGS = [
  ...WRITTEN_TAGS,
  ...words(
    'abbr address article aside bdi bdo big caption center cite col colgroup dd dfn dl dt figcaption figure footer header ' +
      'ins kbd main mark nav q samp section small sub sup tfoot tt var wbr',
  ),
];
const SHOWN_TAGS = [...SENT_TAGS, ...words('html head body details rp rt ruby summary time')];

const WRITTEN_ATTRIBUTES = words('align alt dir start');
const SENT_ATTRIBUTES = [
  ...WRITTEN_ATTRIBUTES,
  ...words(
    'bgcolor border cellpadding cellspacing color colspan face height lang rowspan size title type valign width',
  ),
];
/** No `id`, no `name` (they would shadow properties of the document), no `background`, `srcset`, `ping` or `target`. */
const SHOWN_ATTRIBUTES = [
  ...SENT_ATTRIBUTES,
  ...words('class datetime hspace noshade nowrap open rules scope span summary value vspace'),
];
const ADDRESSES_AND_STYLE = words('href src style');

const DROPPED = words(
  'frameset iframe math noembed noframes noscript object plaintext script select style svg template textarea title xmp',
);
/** A browser's parser knows what is inside of these; who reads tags only would look for ends that they do not have. */
const DROPPED_BY_PARSER = [...DROPPED, ...words('audio canvas embed frame option portal video')];

/** What the editor takes, from a draft, the clipboard or a quotation. */
export const WRITTEN_HTML: MailHtml = {
  tags: WRITTEN_TAGS,
  // `data-pm-slice`: what was copied in an editor of ours knows where it was cut.
  attributes: [...WRITTEN_ATTRIBUTES, ...ADDRESSES_AND_STYLE, 'data-pm-slice', 'data-signature'],
  dropped: DROPPED_BY_PARSER,
};

/** What goes out; `href`, `src` and `style` are written anew there, so they are not among its attributes. */
export const SENT_HTML: MailHtml = {
  tags: SENT_TAGS,
  attributes: SENT_ATTRIBUTES,
  dropped: [...DROPPED, 'applet', 'head'],
};

/** What the reader shows. */
export const SHOWN_HTML: MailHtml = {
  tags: SHOWN_TAGS,
  attributes: [...SHOWN_ATTRIBUTES, ...ADDRESSES_AND_STYLE],
  dropped: DROPPED_BY_PARSER,
};
