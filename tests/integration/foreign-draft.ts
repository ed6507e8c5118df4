/** A draft as another program leaves it: HTML alone, a picture in it, a file, an answer to `<question@lab.test>`. */
export const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export function foreignDraft(from: string): string {
  return [
    'Message-ID: <foreign@lab.test>',
    `Date: ${new Date().toUTCString()}`,
    `From: ${from}`,
    'To: =?utf-8?q?J=C3=B6rg?= <joerg@example.org>',
    'Bcc: eve@example.org',
    'Subject: Re: Question',
    'In-Reply-To: <question@lab.test>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=a',
    '',
    '--a',
    'Content-Type: multipart/related; boundary=b',
    '',
    '--b',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>Look: <img src="cid:pic@x"></p>',
    '--b',
    'Content-Type: image/png',
    'Content-ID: <pic@x>',
    'Content-Transfer-Encoding: base64',
    '',
    PICTURE.toString('base64'),
    '--b--',
    '--a',
    'Content-Type: text/plain; name=notes.txt',
    'Content-Disposition: attachment; filename=notes.txt',
    '',
    'notes',
    '--a--',
    '',
  ].join('\r\n');
}
