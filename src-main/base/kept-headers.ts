/** Header fields of a message that are kept beside its parsed parts: what is needed to say who it is from, and how a list is left. */
export type KeptHeaders = {
  /** Values as they were sent, unfolded and not decoded; more than one is against RFC 5322 §3.6. */
  from: string[];
  sender: string[];
  replyTo: string[];
  /** RFC 8601, topmost first; only those above everything that the sender could have written are worth anything. */
  authenticationResults: string[];
  /** Domains that signed (RFC 6376 `d=`), unproven. */
  signedBy: string[];
  listId?: string;
  listPost?: string;
  listUnsubscribe?: string;
  listUnsubscribePost?: string;
  precedence?: string;
  autoSubmitted?: string;
  dispositionNotificationTo?: string;
};
