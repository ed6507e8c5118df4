import { Readable } from 'node:stream';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { needsSmtpUtf8, toSmtpAddress } from './smtp-address.ts';
import { openSmtp, type SmtpConnection, type SmtpOffer, type SmtpTarget } from './smtp-connection.ts';
import { replyOf, smtpErrorOf } from './smtp-errors.ts';

/** `from` is empty for what is never to be answered by another report (RFC 5321 §4.5.5). */
export type SmtpEnvelope = { from: string; to: string[] };

export type SubmitRequest = SmtpTarget & {
  smtpEnvelope: SmtpEnvelope;
  source: Uint8Array;
  signal: AbortSignal;
  /**
   * Called when the server waits for the message (its 354), before the first byte of it leaves. Until then the message
   * cannot have gone, whatever happens. When it throws, nothing leaves.
   */
  beforeData?: () => void;
  /** Told what the server takes, before anything of the message is. */
  onOffer?: (offer: SmtpOffer) => void;
  /** Asks the servers to tell when it was delivered, late or not at all (RFC 3461), where they can; reports name this token. */
  deliveryNotice?: string;
};

/**
 * Hands a message to the submission server (RFC 6409). The bytes go as they are, but for line ends and the dots at the
 * beginning of lines (RFC 5321 §4.5.2). Answers with the recipients that the server refused while it took the others.
 *
 * Throws MailError. `address-not-sendable` names an address that this server cannot take (RFC 6531). `submission-unknown` means that the link broke after the last byte and before the answer: the
 * message may have gone. With every other error, and when the signal is aborted earlier, it has not.
 */
export async function submit(request: SubmitRequest): Promise<{ refused: string[] }> {
  const { settings, authentication, smtpEnvelope, signal } = request;
  const from = smtpEnvelope.from === '' ? '' : toSenderAddress(smtpEnvelope.from);
  // The server is told the addresses in its own form, the person is told them as they were typed.
  const typed = new Map(smtpEnvelope.to.map((address) => [toSmtpAddress(address), address]));
  const to = [...typed.keys()];
  if (to.length === 0) throw new MailError('recipient-missing');

  const connection = await openSmtp({ settings, authentication }, signal);
  try {
    request.onOffer?.(connection.offer);
    const foreign = [from, ...to].find(needsSmtpUtf8);
    if (foreign !== undefined && !connection.offer.takesUtf8Addresses) {
      throw new MailError('address-not-sendable', { detail: { address: typed.get(foreign) ?? foreign } });
    }
    const rejected = await transfer(connection, { ...request, smtpEnvelope: { from, to } });
    return { refused: rejected.map((address) => typed.get(address) ?? address) };
  } finally {
    connection.close();
  }
}

function toSenderAddress(address: string): string {
  try {
    return toSmtpAddress(address);
  } catch (error) {
    throw new MailError('sender-refused', { detail: { address: address.slice(0, 320) }, cause: error });
  }
}

/** Sends envelope and message; answers with the refused addresses. */
async function transfer(connection: SmtpConnection, request: SubmitRequest): Promise<string[]> {
  const { settings, authentication, smtpEnvelope, source, signal, beforeData, deliveryNotice } = request;
  // RFC 3461 §4.1, §4.3: the head of the message is enough to know it by.
  const dsn = deliveryNotice !== undefined && {
    dsn: { notify: ['SUCCESS', 'FAILURE', 'DELAY'], ret: 'HDRS', id: deliveryNotice },
  };
  const message = createMessageStream(source, beforeData);
  const stall = createStallTimer(() => {
    const detail = { host: settings.host };
    connection.raw.emit('error', new MailError('connection-timed-out', { retry: 'later', detail }));
  });
  message.onProgress = stall.restart;
  // The end is the server's turn: from there on only the connection's own, longer patience counts.
  message.stream.once('end', stall.stop);
  try {
    const info = await connection.step<{ rejected: string[] }>((settle) =>
      connection.raw.send(
        { ...smtpEnvelope, ...dsn, size: source.length, use8BitMime: source.some((byte) => byte > 0x7f) },
        message.stream,
        settle,
      ),
    );
    return info?.rejected ?? [];
  } catch (error) {
    // Without a reply the dialogue is in the middle of something: a QUIT would become a line of the message.
    if (replyOf(error) === undefined) connection.raw.close();
    if (message.refusal) throw message.refusal.error;
    if (message.stream.readableEnded && replyOf(error) === undefined) {
      throw new MailError('submission-unknown', { detail: { host: settings.host }, cause: error });
    }
    if (signal.aborted) throw signal.reason;
    throw smtpErrorOf(error, { host: settings.host, authKind: authentication.kind });
  } finally {
    stall.stop();
    message.stream.destroy();
  }
}

const CHUNK = 64 * 1024;

/**
 * The message as a stream. Nobody reads it before the server has answered DATA with 354, and when it has ended the final
 * dot is on its way: so its state tells whether a broken link can have lost an accepted message.
 */
function createMessageStream(source: Uint8Array, beforeData: (() => void) | undefined) {
  let offset = 0;
  const message = {
    onProgress: () => {},
    refusal: undefined as { error: unknown } | undefined,
    stream: new Readable({
      read() {
        try {
          if (offset === 0) beforeData?.();
        } catch (error) {
          message.refusal = { error };
          this.destroy(new Error('not sent'));
          return;
        }
        message.onProgress();
        const chunk = source.subarray(offset, offset + CHUNK);
        offset += chunk.length;
        this.push(chunk.length > 0 ? chunk : null);
      },
    }),
  };
  return message;
}

/** Calls back when the server takes nothing for as long as a silent connection is borne. */
function createStallTimer(onStall: () => void) {
  const timer = setTimeout(onStall, LIMITS.socketTimeout);
  return {
    restart: () => {
      timer.refresh();
    },
    stop: () => clearTimeout(timer),
  };
}
