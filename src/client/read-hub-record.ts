import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HUB_RECORD_FILE, parseHubRecord, type HubRecord } from '../shared/protocol/hub-record';

/** The record of a home, if there is a whole one; it may be stale. */
export async function readHubRecord(home: string): Promise<HubRecord | undefined> {
  try {
    return parseHubRecord(await readFile(join(home, HUB_RECORD_FILE), 'utf8'));
  } catch {
    return undefined; // No record is the normal case of a first start.
  }
}
