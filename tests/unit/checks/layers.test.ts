import { afterEach, describe, expect, test } from 'vitest';
import rules from '../../../.dependency-cruiser.mjs';
import { checkLayers } from '../../../scripts/checks/layers.mjs';
import { type PlantedProject, plantProject } from './planted-project.ts';

const leaf = 'export const leaf = 1;\n';
const use = (target: string) => `import { leaf } from '${target}';\nexport const used = leaf;\n`;
const load = (library: string) => `import * as it from '${library}';\nexport const loaded = it;\n`;

/** A house in which nothing is wrong: one file in each room. */
const house: Record<string, string> = {
  'src-shared/model/leaf.ts': `import { z } from 'zod';\nexport const leaf = z;\n`,
  'src-shared/ipc/contract.ts': use('../model/leaf.ts'),
  ...Object.fromEntries(
    'base sasl oauth autoconfig imap smtp mime store trust vault web accounts activity checks contacts lock outbox profile reading search sync transfer writing ipc shell'
      .split(' ')
      .map((room) => [`src-main/${room}/leaf.ts`, leaf]),
  ),
  'src-main/main.ts': leaf,
  'src-main/engine.ts': leaf,
  'src-main/preload/preload.ts': load('electron'),
  'src-main/imap/fine.ts': load('imapflow') + use('../base/leaf.ts'),
  'src-main/smtp/fine.ts': load('nodemailer') + use('../sasl/leaf.ts'),
  'src-main/mime/compose-message.ts': load('nodemailer'),
  'src-main/vault/fine.ts': load('keytar'),
  'src-main/store/fine.ts': load('libsql'),
  'src-main/sync/fine.ts': use('../store/leaf.ts'),
  'src-main/ipc/fine.ts': use('../accounts/leaf.ts'),
  'src-main/shell/fine.ts': load('electron') + use('../base/leaf.ts'),
  'src-renderer/app.tsx': leaf,
  'src-renderer/design/leaf.ts': leaf,
  'src-renderer/components/leaf.tsx': `export { leaf } from '../design/leaf.ts';\n`,
  'src-renderer/backend/leaf.ts': leaf,
  'src-renderer/screens/inbox/leaf.tsx': leaf,
  'src-renderer/screens/inbox/fine.tsx': use('../../components/leaf.tsx'),
  'src-renderer/screens/reader/leaf.tsx': leaf,
};
/** What is planted for each rule: the file, and its text. */
const planted: Record<string, readonly [file: string, text: string]> = {
  'no-circle': ['src-main/base/circle-back.ts', `export { leaf } from './circle.ts';\n`],
  resolvable: ['src-main/base/lost.ts', use('./nowhere.ts')],
  'shared-imports-itself': ['src-shared/up.ts', use('../src-main/base/leaf.ts')],
  'shared-libraries': ['src-shared/node.ts', load('node:fs')],
  'base-goes-down': ['src-main/base/up.ts', use('../sasl/leaf.ts')],
  'sasl-goes-down': ['src-main/sasl/up.ts', use('../imap/leaf.ts')],
  'oauth-goes-down': ['src-main/oauth/beside.ts', use('../vault/leaf.ts')],
  'autoconfig-goes-down': ['src-main/autoconfig/beside.ts', use('../imap/leaf.ts')],
  'imap-goes-down': ['src-main/imap/beside.ts', use('../store/leaf.ts')],
  'smtp-goes-down': ['src-main/smtp/beside.ts', use('../oauth/leaf.ts')],
  'mime-goes-down': ['src-main/mime/beside.ts', use('../smtp/leaf.ts')],
  'store-goes-down': ['src-main/store/beside.ts', use('../vault/leaf.ts')],
  'vault-goes-down': ['src-main/vault/beside.ts', use('../store/leaf.ts')],
  'trust-goes-down': ['src-main/trust/beside.ts', use('../mime/leaf.ts')],
  'web-goes-down': ['src-main/web/beside.ts', use('../trust/leaf.ts')],
  'accounts-goes-down': ['src-main/accounts/beside.ts', use('../sync/leaf.ts')],
  'sync-goes-down': ['src-main/sync/beside.ts', use('../outbox/leaf.ts')],
  'outbox-goes-down': ['src-main/outbox/beside.ts', use('../sync/leaf.ts')],
  'transfer-goes-down': ['src-main/transfer/beside.ts', use('../sync/leaf.ts')],
  'activity-goes-down': ['src-main/activity/beside.ts', use('../accounts/leaf.ts')],
  'checks-goes-down': ['src-main/checks/beside.ts', use('../activity/leaf.ts')],
  'lock-goes-down': ['src-main/lock/beside.ts', use('../profile/leaf.ts')],
  'profile-goes-down': ['src-main/profile/beside.ts', use('../accounts/leaf.ts')],
  'contacts-goes-down': ['src-main/contacts/beside.ts', use('../outbox/leaf.ts')],
  'reading-goes-down': ['src-main/reading/beside.ts', use('../writing/leaf.ts')],
  'writing-goes-down': ['src-main/writing/beside.ts', use('../contacts/leaf.ts')],
  'search-goes-down': ['src-main/search/up.ts', use('../ipc/leaf.ts')],
  'ipc-goes-down': ['src-main/ipc/beside.ts', use('../shell/leaf.ts')],
  'shell-goes-down': ['src-main/shell/reach.ts', use('../store/leaf.ts')],
  'preload-is-thin': ['src-main/preload/reach.ts', use('../../src-shared/model/leaf.ts')],
  'preload-libraries': ['src-main/preload/library.ts', load('zod')],
  'nothing-imports-the-top': ['src-main/ipc/top.ts', use('../engine.ts')],
  'electron-only-in-its-room': [
    'src-main/accounts/electron.ts',
    `import type { App } from 'electron';\nexport type Own = App;\n`,
  ],
  'imapflow-only-in-its-room': ['src-main/sync/imapflow.ts', load('imapflow')],
  'nodemailer-only-in-its-room': ['src-main/mime/other.ts', load('nodemailer')],
  'keytar-only-in-its-room': ['src-main/accounts/keytar.ts', load('keytar')],
  'libsql-only-in-its-room': ['src-main/search/libsql.ts', load('libsql')],
  'oauth4webapi-only-in-its-room': ['src-main/accounts/oauth.ts', load('oauth4webapi')],
  'mailauth-only-in-its-room': ['src-main/reading/mailauth.ts', load('mailauth')],
  'tldts-only-in-its-room': ['src-main/reading/domains.ts', load('tldts')],
  'ts-ics-only-in-its-room': ['src-main/reading/calendar.ts', load('ts-ics')],
  'postal-mime-only-in-its-room': ['src-main/imap/mime.ts', load('postal-mime')],
  'saxes-only-in-its-room': ['src-main/autoconfig/other-xml.ts', load('saxes')],
  '@tiptap-only-in-its-room': [
    'src-renderer/screens/inbox/editor.ts',
    `import type { Editor } from '@tiptap/core';\nexport type Own = Editor;\n`,
  ],
  'dompurify-only-in-its-room': ['src-renderer/html/other.ts', load('dompurify')],
  'pdfjs-dist-only-in-its-room': ['src-renderer/screens/reader/other.ts', load('pdfjs-dist')],
  'nspell-only-in-its-room': ['src-renderer/editor/words.ts', load('nspell')],
  'renderer-stays-in-the-window': ['src-renderer/reach.ts', use('../src-main/base/leaf.ts')],
  'renderer-has-no-node': ['src-renderer/node.ts', load('node:path')],
  'screens-are-strangers': ['src-renderer/screens/inbox/beside.tsx', use('../reader/leaf.tsx')],
  'components-know-no-backend': ['src-renderer/components/reach.tsx', use('../backend/leaf.ts')],
  'design-imports-itself': ['src-renderer/design/up.ts', use('../components/leaf.tsx')],
  'backend-knows-the-contract': ['src-renderer/backend/up.ts', use('../design/leaf.ts')],
};

let project: PlantedProject | undefined;
afterEach(() => project?.remove());

describe('layers check', () => {
  test('finds nothing in a house that keeps the rules, and has read every file of it', async () => {
    project = plantProject(house);
    expect(await checkLayers(project.root)).toEqual({ findings: [], seen: Object.keys(house).length });
  });

  test('sees one violation of every rule there is', async () => {
    const files = Object.fromEntries(Object.values(planted));
    project = plantProject({
      ...house,
      ...files,
      'src-main/base/circle.ts': `export { leaf } from './circle-back.ts';\n`,
    });
    const { findings } = await checkLayers(project.root);
    for (const { name } of rules.forbidden) {
      expect(planted, `a violation of ${name} is planted`).toHaveProperty([name]);
      expect(findings, `${name} is caught`).toContainEqual(
        expect.objectContaining({ rule: name, file: planted[name]?.[0] }),
      );
    }
  });

  test('fails when the cruiser read fewer files than git lists', async () => {
    project = plantProject(house);
    const { findings, seen } = await checkLayers(project.root, { exclude: '^src-main/base/' });
    expect(seen).toBeLessThan(Object.keys(house).length);
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: 'all-files-seen', file: 'src-main/base/leaf.ts' }),
    );
  });

  test('fails when there is nothing to read', async () => {
    project = plantProject({ 'README.md': 'nothing' });
    await expect(checkLayers(project.root)).rejects.toThrow('no sources');
  });
});
