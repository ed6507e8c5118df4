import type { Address } from '../../src-shared/model/message.ts';
import { textPart, writeMessage } from './compose-message.ts';
import { writeFlowed } from './flowed-write.ts';
import { addressField, isMessageIdHeader, textField, tokenField, writeAddress } from './write-head.ts';

export type Displayed = {
  /** Who read it, under the address that it came to. */
  from: Address;
  /** Who asked. */
  to: Address;
  /** For people. */
  subject: string;
  text: string;
  /** Of the message that was displayed. */
  original: { messageIdHeader: string; references: string[] };
  date: number;
  messageIdHeader: string;
};

/**
 * Tells that a message was displayed (RFC 8098), in words and for programs. Nothing of the message is in it but its Message-ID, and nothing
 * of this computer: Reporting-UA is left out. Throws recipient-invalid.
 */
export function composeReceipt(displayed: Displayed): Promise<Uint8Array> {
  const { from, to, subject, text, original } = displayed;
  const isKnown = isMessageIdHeader(original.messageIdHeader);
  const lines = [
    `Final-Recipient: ${typedAddress(from.address)}`,
    ...(isKnown ? [`Original-Message-ID: ${original.messageIdHeader}`] : []),
    // §3.2.6: the person said so, and the person pressed.
    'Disposition: manual-action/MDN-sent-manually; displayed',
  ];
  const head = [
    addressField('From', [from]),
    addressField('To', [to]),
    textField('Subject', subject),
    tokenField('In-Reply-To', isKnown ? [original.messageIdHeader] : []),
    tokenField('References', original.references.filter(isMessageIdHeader).slice(-20)),
  ];
  const parts = [
    textPart('text/plain; charset=utf-8; format=flowed', writeFlowed(text)),
    {
      contentType: 'message/disposition-notification',
      content: `${lines.join('\n')}\n`,
      encoding: '7bit' as const,
    },
  ];
  const body = { contentType: 'multipart/report; report-type=disposition-notification' as const, parts };
  return writeMessage(head, body, displayed);
}

/** RFC 8098 §3.2.4; RFC 6533 §3 for what is not ASCII. */
function typedAddress(address: string): string {
  const written = writeAddress(address);
  if (/^[\x21-\x7e]+$/.test(written)) return `rfc822; ${written}`;
  const escaped = [...written].map((one) =>
    /[\x21-\x7e]/.test(one) && !/[\\+=]/.test(one)
      ? one
      : `\\x{${(one.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`,
  );
  return `utf-8; ${escaped.join('')}`;
}
