/** The host cannot start, or go on, for a reason that whoever starts it can mend: the message is one sentence for them. */
export class StartError extends Error {}

/** What it needs does not answer just now, and may later. */
export class NotAnswering extends StartError {}
