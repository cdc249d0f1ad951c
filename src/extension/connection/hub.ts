import type { HubSession } from '../../client/hub-session';

/** What features may do with the connection to the hub; starting and ending it is `activate`'s. */
export type Hub = Pick<HubSession, 'state' | 'onDidChange' | 'request' | 'on' | 'retry' | 'stop'>;
