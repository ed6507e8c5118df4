/** What the engine calls a calendar that came without a name; people read it in their own language. */
export const UNNAMED_CALENDAR = 'invitation.ics';
