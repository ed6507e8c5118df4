import { z } from 'zod';

/** A report about a message that was sent (RFC 3464), or that somebody has seen (RFC 8098). */
export const deliveryReport = z.object({
  kind: z.enum(['delivery', 'disposition']),
  recipients: z.array(
    z.object({
      address: z.string(),
      action: z.enum([
        'failed',
        'delayed',
        'delivered',
        'relayed',
        'expanded',
        'displayed',
        'deleted',
        'other',
      ]),
      /** RFC 3463: "5.1.1". */
      status: z.string().optional(),
      /** What the other server said, as text of a stranger. */
      diagnostic: z.string().optional(),
      /** The server that said so. */
      host: z.string().optional(),
    }),
  ),
  /** Of the message that it is about, when it could be read. */
  subject: z.string().optional(),
  messageIdHeader: z.string().optional(),
});
export type DeliveryReport = z.infer<typeof deliveryReport>;
