/**
 * What the engine needs of the shell, over a port of its own. The shell knows windows and the desktop, and no mail.
 * The other way go the events below.
 */
import { z } from 'zod';
import { printedHtml } from '../model/printed-html.ts';

const done = z.object({});

export const shellContract = {
  openExternal: {
    doc: 'Opens a page that the engine itself names, of a provider, in the system browser.',
    input: z.object({ url: z.url({ protocol: /^https?$/ }) }),
    output: done,
  },
  openLink: {
    doc: 'Opens a link of a mail in the system browser, once for each press of the person; without one it is refused.',
    input: z.object({ url: z.url({ protocol: /^https?$/ }) }),
    output: done,
  },
  requirePress: {
    doc: 'Done only when the person has just pressed something in the window; one press counts once. Otherwise refused.',
    input: z.object({}),
    output: done,
  },
  copyText: {
    doc: 'Puts text on the clipboard.',
    input: z.object({ text: z.string().max(1_100_000) }),
    output: done,
  },
  pickFiles: {
    doc: 'Lets the person pick files to attach; empty when they cancel.',
    input: z.object({}),
    output: z.object({ paths: z.array(z.string()) }),
  },
  pickSavePath: {
    doc: 'Lets the person say where a file is to be written; no path when they cancel.',
    input: z.object({ suggestedName: z.string().max(255) }),
    output: z.object({ path: z.string().optional() }),
  },
  pickMail: {
    doc: 'Lets the person pick mail to bring in: mbox files, or a folder; empty when they cancel.',
    input: z.object({ kind: z.enum(['files', 'folder']) }),
    output: z.object({ paths: z.array(z.string()) }),
  },
  pickFolder: {
    doc: 'Lets the person say in which folder something is to be written; no path when they cancel.',
    input: z.object({}),
    output: z.object({ path: z.string().optional() }),
  },
  startDrag: {
    doc: 'Gives a file to the drag that the person has begun in the window.',
    input: z.object({ path: z.string().min(1).max(4_096) }),
    output: done,
  },
  print: {
    doc: 'Prints a document in a hidden window in which nothing of it can act: on paper, after the dialog of the system, or as the bytes of a PDF.',
    input: z.object({ as: z.enum(['paper', 'pdf']), html: printedHtml }),
    output: z.object({ printed: z.boolean(), pdf: z.instanceof(Uint8Array).optional() }),
  },
  getMailHandler: {
    doc: 'Whether this program opens mailto: links, and whether it can become the one that does.',
    input: z.object({}),
    output: z.object({ isDefault: z.boolean(), canBecome: z.boolean() }),
  },
  becomeMailHandler: {
    doc: 'Asks the system to open mailto: links with this program; after a press only.',
    input: z.object({}),
    output: z.object({ isDefault: z.boolean(), canBecome: z.boolean() }),
  },
  raiseWindow: { doc: 'Brings the window to the front.', input: z.object({}), output: done },
  setBadge: {
    doc: 'The number on the dock or task bar; 0 takes it away.',
    input: z.object({ count: z.number().int().nonnegative() }),
    output: done,
  },
  setOnlyHere: {
    doc: 'Which drafts and unsent messages go with the session when the program ends, by their subjects; with any, quitting names them and asks first.',
    input: z.object({
      count: z.number().int().nonnegative(),
      subjects: z.array(z.string().max(200)).max(10),
    }),
    output: done,
  },
  setLanguage: {
    doc: 'The language of the menu bar and of message boxes, as the person chose it.',
    input: z.object({ language: z.enum(['en', 'de']) }),
    output: done,
  },
} as const satisfies Record<string, { doc: string; input: z.ZodType; output: z.ZodType }>;

export type ShellContract = typeof shellContract;
export type ShellRequestName = keyof ShellContract;
export type ShellInputOf<N extends ShellRequestName> = z.infer<ShellContract[N]['input']>;
export type ShellOutputOf<N extends ShellRequestName> = z.infer<ShellContract[N]['output']>;

/** What the shell tells the engine without being asked. */
export const shellEvents = {
  /** The person chose something in the menu bar. */
  commandRequested: z.object({ command: z.string().max(100) }),
  /** Another program, or a link in one, wants a message written (RFC 6068). */
  mailtoOpened: z.object({ url: z.string().max(100_000) }),
  /** Files that another program handed over, and that the person has just confirmed one by one. */
  filesShared: z.object({ paths: z.array(z.string().max(4_096)).min(1).max(100) }),
  /** The computer was asleep: connections may be dead, and times to wait for have passed. */
  computerWoke: z.object({}),
  /** Somebody moves or presses something in the window; told now and then, not each time. */
  personActive: z.object({}),
  /** The computer was locked or goes to sleep: whoever comes next may be somebody else. */
  screenLocked: z.object({}),
} as const satisfies Record<string, z.ZodType>;

export type ShellEventName = keyof typeof shellEvents;
export type ShellEventOf<N extends ShellEventName> = z.infer<(typeof shellEvents)[N]>;
