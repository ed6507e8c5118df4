import { answerInvitation, attendeeFor } from '../writing/answer-invitation.ts';
import type { AnsweringParts } from '../writing/answering.ts';
import { redirect } from '../writing/redirect.ts';
import { sendReceipt } from '../writing/send-receipt.ts';
import type { Handlers } from './router.ts';
import type { ShellClient } from './shell-client.ts';
import { type WritingContext, writingParts } from './writing-parts.ts';

type AnswerHandlers = Pick<
  Handlers,
  'messages.redirect' | 'messages.sendReceipt' | 'invitations.getAttendee' | 'invitations.answer'
>;

type Context = WritingContext<{ outbox: Pick<AnsweringParts, 'sendWhole'> }> & {
  clock: AnsweringParts['clock'];
  shell: Pick<ShellClient, 'request'>;
};

export function createAnswerHandlers(context: Context): AnswerHandlers {
  /** A page that somebody took over must not carry mail away in what it sends on, or tell strangers that it was read. */
  async function pressed(): Promise<AnsweringParts> {
    await context.shell.request('requirePress', {});
    const { sendWhole } = context.rooms().outbox;
    return { ...writingParts(context), clock: context.clock, sendWhole };
  }

  return {
    'messages.redirect': async (request, signal) => redirect(await pressed(), request, signal),
    'messages.sendReceipt': async ({ messageId }, signal) => sendReceipt(await pressed(), messageId, signal),
    'invitations.getAttendee': async (request, signal) => attendeeFor(writingParts(context), request, signal),
    'invitations.answer': async (request, signal) => answerInvitation(await pressed(), request, signal),
  };
}
