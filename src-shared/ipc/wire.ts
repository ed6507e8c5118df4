/** The messages that cross a port. Schemas of `input` and `value` stand in the contract; this is only the envelope around them. */
export type RequestMessage = { kind: 'request'; id: number; name: string; input: unknown };
export type AnswerMessage = { kind: 'answer'; id: number; result: unknown };
export type EventMessage = { kind: 'event'; name: string; payload: unknown };
export type WireMessage = RequestMessage | AnswerMessage | EventMessage;

/** What both ends need of a port; MessagePort, MessagePortMain and a child process's channel are each fitted to it. */
export type Port = {
  post(message: WireMessage): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
};

/** The one message with which the preload hands the engine's port to the page. */
export const PORT_HANDOVER = 'latchkey:port';
