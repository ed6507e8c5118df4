import type { Identity } from '../../../src-shared/model/identity.ts';

export type SignatureText = NonNullable<Identity['signature']>;
/** `html` goes before `text`, which says the same. */
export type WrittenBlocks = { text: string; html?: string | undefined };

/** What is written in, formatted or plain, to whoever saves and sends it. It is asked, not told of every key. */
export type BodyHandle = {
  read(): WrittenBlocks;
  /** Nothing was written besides the signature. */
  isBlank(): boolean;
  /** Something would be lost if only the plain text stayed. */
  isFormatted(): boolean;
  focus(): void;
  insertText(text: string): void;
  insertBlocks(blocks: WrittenBlocks): void;
  appendQuote(intro: string, quote: WrittenBlocks): void;
  /** Puts one signature in the place of another; what was there before is told because plain text has no other mark of it. */
  setSignature(next: SignatureText | undefined, before: SignatureText | undefined): void;
  /** Resolves when the draft has every picture that was put in. */
  settled(): Promise<void>;
};
