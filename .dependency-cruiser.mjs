/**
 * The floors of the house as rules (docs/architecture.md has the same table in words). Imports go down only, no circle
 * anywhere, and each outside library has one room. There is no list of exemptions: a rule that is in the
 * way is changed here, with a decision record, or the code is.
 */

const tools = ['oauth', 'autoconfig', 'imap', 'smtp', 'mime', 'store', 'trust', 'vault', 'web'];
const conductors = [
  'accounts',
  'activity',
  'checks',
  'contacts',
  'lock',
  'outbox',
  'profile',
  'reading',
  'search',
  'sync',
  'transfer',
  'writing',
];

/** @param {readonly string[]} names */
const rooms = (...names) => names.map((name) => `^src-main/${name}/`);

/**
 * An outside library, however it was resolved.
 * @param {string} name
 */
const library = (name) => [`(^|/)node_modules/(@types/)?${name}/`, `^${name}(/|$)`];

/** All sources of our own. */
const ours = '^(src-|app/|tests/|scripts/)';

/**
 * A room that may import these places of ours, and no others.
 * @param {string} name
 * @param {string} comment
 * @param {string | string[]} from
 * @param {readonly string[]} allowed
 */
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: ours, pathNot: [...allowed] },
});

/**
 * A library that only these places may import.
 * @param {string} name
 * @param {readonly string[]} places
 */
const confined = (name, places) => ({
  name: `${name}-only-in-its-room`,
  comment: `${name} is imported in ${places.join(', ')} only: its errors and its habits are translated there, once`,
  severity: 'error',
  from: { path: '^src-', pathNot: [...places] },
  to: { path: library(name) },
});

const shared = '^src-shared/';
const ground = [shared, ...rooms('base', 'sasl')];

export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'no circle anywhere, types included',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'an import that cannot be found cannot be checked',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },

    only('shared-imports-itself', 'floor 0 imports nothing of ours', shared, [shared]),
    {
      name: 'shared-libraries',
      comment: 'floor 0 knows zod and nothing else: no Node, no library',
      severity: 'error',
      from: { path: shared },
      to: { pathNot: [ours, ...library('zod')] },
    },
    only('base-goes-down', 'floor 1: base imports src-shared', rooms('base'), [shared, ...rooms('base')]),
    only('sasl-goes-down', 'floor 1: sasl imports base and src-shared', rooms('sasl'), ground),
    ...tools.map((room) =>
      only(`${room}-goes-down`, 'floor 2: tools do not know each other', rooms(room), [
        ...ground,
        ...rooms(room),
        '^app/[^/]+\\.json$',
      ]),
    ),
    ...conductors.map((room) =>
      only(`${room}-goes-down`, 'floor 3: conductors do not know each other', rooms(room), [
        ...ground,
        ...rooms(...tools, room),
      ]),
    ),
    only('ipc-goes-down', 'floor 4: handlers import floors 0 to 3', rooms('ipc'), [
      ...ground,
      ...rooms(...tools, ...conductors, 'ipc'),
    ]),
    only('shell-goes-down', 'floor 4: the shell imports base and src-shared only', rooms('shell'), [
      shared,
      ...rooms('base', 'shell'),
      '^app/locales/',
    ]),
    only('preload-is-thin', 'the preload script imports the contract only', rooms('preload'), [
      '^src-shared/ipc/',
      ...rooms('preload'),
    ]),
    {
      name: 'preload-libraries',
      comment: 'a sandboxed preload script can load electron and nothing else',
      severity: 'error',
      from: { path: rooms('preload') },
      to: { pathNot: [ours, ...library('electron')] },
    },
    {
      name: 'nothing-imports-the-top',
      comment: 'floor 5 wires the others: nobody imports it',
      severity: 'error',
      from: { path: '^src-' },
      to: { path: '^src-main/(main|engine)\\.ts$' },
    },

    confined('electron', ['^src-main/main\\.ts$', ...rooms('shell', 'preload')]),
    confined('imapflow', rooms('imap')),
    confined('nodemailer', [...rooms('smtp'), '^src-main/mime/compose-message\\.ts$']),
    confined('keytar', rooms('vault')),
    confined('libsql', rooms('store')),
    confined('oauth4webapi', rooms('oauth')),
    confined('mailauth', rooms('trust')),
    confined('tldts', [...rooms('trust'), '^src-renderer/html/host-names\\.ts$']),
    confined('ts-ics', rooms('mime')),
    confined('postal-mime', [...rooms('mime'), '^src-main/imap/header-fields\\.ts$']),
    confined('saxes', ['^src-main/autoconfig/xml-tree\\.ts$', '^src-main/accounts/other-programs-k9\\.ts$']),
    confined('@tiptap', ['^src-renderer/editor/', '^src-renderer/spelling/spelling-plugin\\.ts$']),
    confined('dompurify', ['^src-renderer/html/sanitise\\.ts$', '^src-renderer/editor/clean-html\\.ts$']),
    confined('pdfjs-dist', ['^src-renderer/screens/reader/pdf-']),
    confined('nspell', ['^src-renderer/spelling/']),

    only(
      'renderer-stays-in-the-window',
      'the window reaches the engine over its port only',
      '^src-renderer/',
      ['^src-renderer/', shared, '^app/locales/'],
    ),
    {
      name: 'renderer-has-no-node',
      comment: 'the window is sandboxed: no Node in it',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'screens-are-strangers',
      comment: 'a screen never imports a file of another screen: what both need is a component',
      severity: 'error',
      from: { path: '^src-renderer/screens/([^/]+)/' },
      to: { path: '^src-renderer/screens/', pathNot: '^src-renderer/screens/$1/' },
    },
    {
      name: 'components-know-no-backend',
      comment: 'components get data and callbacks: neither the backend nor a screen',
      severity: 'error',
      from: { path: '^src-renderer/components/' },
      to: { path: '^src-renderer/(backend|screens|app\\.tsx|main\\.tsx)' },
    },
    {
      name: 'design-imports-itself',
      comment: 'design is the lowest floor of the window',
      severity: 'error',
      from: { path: '^src-renderer/design/' },
      to: { path: '^src-', pathNot: '^src-renderer/design/' },
    },
    {
      name: 'backend-knows-the-contract',
      comment: 'backend imports src-shared and itself',
      severity: 'error',
      from: { path: '^src-renderer/backend/' },
      to: { path: '^src-', pathNot: ['^src-renderer/backend/', shared] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    skipAnalysisNotInRules: false,
    // Else a file that a package offers beside its main one is not found.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'require', 'default', 'types'],
    },
  },
};
