import { z } from 'zod';

/** What the engine is told when it is started. No secret is in it. */
export const engineConfig = z.object({
  version: z.string(),
  /** The profile's folder; made when it is missing. */
  directory: z.string().min(1),
  /** Where session-only profiles are made; each is erased when the engine stops. */
  temporaryDirectory: z.string().min(1),
  /** The name under which this profile's secrets stand in the keychain. */
  keychainService: z.string().min(1),
  /** The provider file that ships with the program. */
  providersFile: z.string().min(1),
  /** A developer's own provider file; only unpackaged runs read one. */
  extraProvidersFile: z.string().optional(),
  /** A developer's own network, in unpackaged runs only: DNS servers as `ADDRESS:PORT`, and where port 443 really is. */
  dnsServers: z.array(z.string()).optional(),
  httpsPort: z.number().int().min(1).max(65535).optional(),
  /** The public key of those who sign notices (Ed25519, base64); absent in a build that takes none. */
  noticeKey: z.string().optional(),
  /** Where the sentences are, in each language; of the engine are the page at the end of a sign-in, the saved receipt, the lines that introduce a quotation. */
  textsFolder: z.string().min(1),
  /** The language of the system, as a tag, for those who chose none in the program. */
  locale: z.string().max(100),
  /** What came with the release about the age of its parts (checks/program-checks.ts). */
  supportFile: z.string().min(1).optional(),
  advisoriesFile: z.string().min(1).optional(),
  /** The files of the worker threads. */
  parseWorker: z.string().min(1),
  imapWorker: z.string().min(1),
  checkWorker: z.string().min(1),
  checkpointWorker: z.string().min(1),
  /** The address with which the welcome screen begins. */
  addressHint: z.string().optional(),
});
export type EngineConfig = z.infer<typeof engineConfig>;
