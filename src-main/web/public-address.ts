/**
 * Addresses of the public network: what IANA's registries of special-purpose addresses (RFC 6890) leave. What is refused belongs to this
 * computer, to the network around it, to nobody, or hides an address of another kind.
 */
import { BlockList, isIP } from 'node:net';

const special4 = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // shared, of providers
  ['127.0.0.0', 8], // this computer
  ['169.254.0.0', 16], // link-local, and the clouds' own services
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.31.196.0', 24], // AS112
  ['192.52.193.0', 24], // AMT
  ['192.88.99.0', 24], // relays of 6to4
  ['192.168.0.0', 16], // private
  ['192.175.48.0', 24], // AS112
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and broadcast
] as const)
  special4.addSubnet(network, prefix, 'ipv4');

/** What is given out to networks (RFC 4291 §2.4), without what is special in it. */
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');
const special6 = new BlockList();
for (const [network, prefix] of [
  ['2001::', 23], // protocol assignments: Teredo, ORCHID, benchmarks
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: an IPv4 address of any kind is in it
  ['2620:4f:8000::', 48], // AS112
  ['3fff::', 20], // documentation
] as const)
  special6.addSubnet(network, prefix, 'ipv6');

/** How IPv4 is reached from a network that has IPv6 only (RFC 6052 §2.1). */
const translated = new BlockList();
translated.addSubnet('64:ff9b::', 96, 'ipv6');

/** Whether an address belongs to the public network. Text that is none does not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special4.check(address, 'ipv4');
  // A zone names a link of this computer.
  if (family !== 6 || address.includes('%')) return false;
  if (translated.check(address, 'ipv6')) {
    const inside = embeddedIn(address);
    return inside !== undefined && isPublicAddress(inside);
  }
  return global6.check(address, 'ipv6') && !special6.check(address, 'ipv6');
}

/** The IPv4 address in the last 32 bits. */
function embeddedIn(address: string): string | undefined {
  // The form of the standard has them as two groups of hexadecimal digits.
  const groups = /([0-9a-f]*):([0-9a-f]*)\]$/.exec(new URL(`http://[${address}]`).hostname);
  if (!groups) return undefined;
  const [high, low] = [groups[1], groups[2]].map((group) => Number.parseInt(group || '0', 16));
  if (high === undefined || low === undefined) return undefined;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
