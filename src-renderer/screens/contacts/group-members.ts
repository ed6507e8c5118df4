import type { Address } from '../../../src-shared/model/message.ts';
import { isAddress, parseTypedAddress } from '../../../src-shared/text/address.ts';

/** Members as they are edited: one a line. */
export function membersText(members: readonly Address[]): string {
  return members
    .map(({ name, address }) => (name === '' ? address : `"${name.replaceAll(/["<>]/g, '')}" <${address}>`))
    .join('\n');
}

/** What was typed; `bad` is the first line that is nobody's address. Commas and semicolons part as lines do. */
export function readMembers(text: string): { members: Address[]; bad?: string } {
  const lines = text
    .split(/[\n;]|,(?=(?:[^"]*"[^"]*")*[^"]*$)/u)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const members = lines.map(parseTypedAddress);
  const bad = lines[members.findIndex(({ address }) => !isAddress(address))];
  const once = new Map(members.map((member) => [member.address.toLowerCase(), member]));
  return { members: [...once.values()], ...(bad !== undefined && { bad }) };
}
