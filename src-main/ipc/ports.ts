/** Fits the ports of Electron and of Node to the one shape that router and clients use. */
import type { Port, WireMessage } from '../../src-shared/ipc/wire.ts';

/** The part of Electron's MessagePortMain and of Node's worker MessagePort that is used; declared here because the engine knows no Electron. */
export type EventedPort = {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
};

export function fitEventedPort(port: EventedPort): Port {
  return {
    post: (message) => port.postMessage(message),
    onMessage(listener) {
      port.on('message', (event) => listener(event.data));
      port.start();
    },
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close(),
  };
}

/** A port that is one named lane of a process's channel: how bare Node reaches the engine, which has no MessagePort there. */
export function createLane(
  lane: string,
  channel: {
    send(message: { lane: string; message: WireMessage }): void;
    onMessage(listener: (message: unknown) => void): void;
    onClose(listener: () => void): void;
  },
): Port {
  return {
    post: (message) => channel.send({ lane, message }),
    onMessage(listener) {
      channel.onMessage((packet) => {
        if (isPacket(packet) && packet.lane === lane) listener(packet.message);
      });
    },
    onClose: (listener) => channel.onClose(listener),
    close: () => undefined,
  };
}

function isPacket(value: unknown): value is { lane: string; message: unknown } {
  return typeof value === 'object' && value !== null && 'lane' in value && 'message' in value;
}
