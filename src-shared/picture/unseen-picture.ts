const SIDE = /^\s*[0-2](?:\.\d+)?(?:px)?\s*(?:!|$)/iu;

const ATTRIBUTES: ReadonlyMap<string, RegExp> = new Map([
  ['hidden', /^/u],
  ['width', SIDE],
  ['height', SIDE],
]);
const PROPERTIES: ReadonlyMap<string, RegExp> = new Map([
  ['display', /^\s*none/iu],
  ['visibility', /^\s*hidden/iu],
  ['opacity', /^\s*0(?:\.0*)?\s*(?:!|$)/u],
  ['width', SIDE],
  ['height', SIDE],
  ['max-width', SIDE],
  ['max-height', SIDE],
]);

/** What says that a picture is unseen: the names of these attributes and properties of style. */
export const UNSEEN_ATTRIBUTES: readonly string[] = [...ATTRIBUTES.keys()];
export const UNSEEN_PROPERTIES: readonly string[] = [...PROPERTIES.keys()];

type Values = Iterable<readonly [name: string, value: string]>;

/**
 * Whether nobody is meant to see this picture: it is so small or hidden that it stands there to be fetched. Told by its own attributes and
 * declarations only, names in small letters.
 */
export function isUnseenPicture(attributes: Values, declarations: Values): boolean {
  return says(ATTRIBUTES, attributes) || says(PROPERTIES, declarations);
}

function says(rules: ReadonlyMap<string, RegExp>, values: Values): boolean {
  for (const [name, value] of values) if (rules.get(name)?.test(value)) return true;
  return false;
}
