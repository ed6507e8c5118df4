/** Says of a saved file that it came from the net, in the way of each system: what opens it then asks first. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';

/**
 * Windows: the zone of the internet in the stream that SmartScreen and Office look at. macOS: the quarantine that Gatekeeper looks at, by
 * the tool that comes with the system. Linux has no such mark; files are written without the right to run.
 * Where the file system can keep no mark (FAT, a share) the file stays without: never throws.
 */
export async function markFromWeb(path: string, platform: NodeJS.Platform = process.platform): Promise<void> {
  if (platform === 'win32') {
    await writeFile(`${path}:Zone.Identifier`, '[ZoneTransfer]\r\nZoneId=3\r\n').catch(() => undefined);
  } else if (platform === 'darwin') {
    const seconds = Math.floor(Date.now() / 1_000).toString(16);
    const value = `0081;${seconds};Latchkey Mail;`;
    await new Promise<void>((resolve) => {
      execFile('/usr/bin/xattr', ['-w', 'com.apple.quarantine', value, path], { timeout: 5_000 }, () =>
        resolve(),
      );
    });
  }
}
