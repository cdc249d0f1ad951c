/** Two versions of Hearth that do not understand each other: what each says to its user. */
import { HearthError } from './errors';

export interface Side {
  protocol: number;
  version: string;
}

/** For whoever wanted something of the hub, in the words of the newer of the two. */
export function otherProtocol(hub: Side, client: Side): HearthError {
  if (hub.protocol > client.protocol) {
    return new HearthError(
      'protocol-mismatch',
      `This window runs Hearth ${client.version}, but a newer one (${hub.version}) has taken over in the background.`,
      'Reload the window to use the newer Hearth. Nothing is lost.',
    );
  }
  return new HearthError(
    'protocol-mismatch',
    `An older Hearth (${hub.version}) is still at work for another window; Hearth ${client.version} takes over when it has finished.`,
    'This window then connects by itself. Reload the other windows to use the newer Hearth there too.',
  );
}
