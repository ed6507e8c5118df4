/**
 * `node forget-keys.mjs SERVICE`: removes every keychain entry of one service. A program of its own, because the keychain's
 * library may take its process down when the keychain is locked.
 */
import keytar from 'keytar';

const service = process.argv[2];
if (!service) throw new Error('Name the service.');
for (const { account } of await keytar.findCredentials(service))
  await keytar.deletePassword(service, account);
