import tls from 'node:tls';

/**
 * Makes this test process trust one more certificate authority; the answer takes it back. The product has no such switch:
 * outside tests NODE_EXTRA_CA_CERTS does it, which Node reads only when it starts.
 */
export function trustAuthority(ca: string): () => void {
  const original = tls.createSecureContext;
  // Node's own tls.connect takes this function from the module's object, so that every client sees the change.
  tls.createSecureContext = (options = {}) =>
    original(options.ca === undefined && options.cert === undefined ? { ...options, ca: [ca] } : options);
  return () => {
    tls.createSecureContext = original;
  };
}
