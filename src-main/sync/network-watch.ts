import { networkInterfaces } from 'node:os';
import type { Clock } from '../base/clock.ts';

const LOOK_EVERY = 2_500;
/** A timer that comes so much too late slept with the computer. */
const SLEPT = 30_000;

/**
 * Calls back when this computer has other addresses than before (a network came, went or was changed) or has slept, where the system
 * tells nothing. Looking costs some microseconds. Answers with how to end it.
 */
export function watchNetwork(
  clock: Clock,
  onChange: () => void,
  addresses: () => string = ownAddresses,
): () => void {
  let before = addresses();
  let lookedAt = clock.now();
  let cancel = clock.after(LOOK_EVERY, look);
  function look(): void {
    const [now, there] = [clock.now(), addresses()];
    const isOther = there !== before || now - lookedAt > LOOK_EVERY + SLEPT;
    before = there;
    lookedAt = now;
    cancel = clock.after(LOOK_EVERY, look);
    if (isOther) onChange();
  }
  return () => cancel();
}

function ownAddresses(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all
    .filter(({ internal }) => !internal)
    .map(({ address }) => address)
    .sort()
    .join(' ');
}
