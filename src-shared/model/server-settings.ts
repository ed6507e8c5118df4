import { z } from 'zod';

/** `tls` is implicit TLS (RFC 8314 §3), `starttls` is STARTTLS that must succeed before anything else is sent. There is no third. */
export const security = z.enum(['tls', 'starttls']);
export type Security = z.infer<typeof security>;

export const serverSettings = z.object({
  host: z
    .string()
    .min(1)
    .max(253)
    .regex(/^[a-z0-9.:_-]+$/i),
  port: z.number().int().min(1).max(65535),
  security,
});
export type ServerSettings = z.infer<typeof serverSettings>;
