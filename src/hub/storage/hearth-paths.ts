/** Where everything lies below `HEARTH_HOME`. */
import { join } from 'node:path';
import { HUB_RECORD_FILE } from '../../shared/protocol/hub-record';
import { RUNTIME_FOLDER } from '../../shared/protocol/runtime-manifest';

export interface HearthPaths {
  home: string;
  record: string;
  settings: string;
  /** What loads took. */
  measured: string;
  conversations: string;
  /** Files that could not be read are moved here, never deleted. */
  damaged: string;
  logs: string;
  /** The user's own models, besides the folders in the settings. */
  models: string;
  /** Copies of hub and worker, a version each. */
  runtimes: string;
}

export function hearthPaths(home: string): HearthPaths {
  return {
    home,
    record: join(home, HUB_RECORD_FILE),
    settings: join(home, 'settings.json'),
    measured: join(home, 'measured.json'),
    conversations: join(home, 'conversations'),
    damaged: join(home, 'damaged'),
    logs: join(home, 'logs'),
    models: join(home, 'models'),
    runtimes: join(home, RUNTIME_FOLDER),
  };
}
