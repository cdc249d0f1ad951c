import { refuted, unchecked, verified, when, type Check, type Outcome } from '../check';
import type { StorageFacts } from '../facts';

/** Of file systems behind a network, or behind a virtual machine's wall (9p is WSL's way to Windows' drives). */
const REMOTE =
  /^(?:nfs\d?|cifs|smb\d?|smbfs|9p|drvfs|ceph|glusterfs|lustre|beegfs|afs|afpfs|webdav|davfs|fuse\.(?:sshfs|rclone|s3fs|gcsfuse|goofys|glusterfs|davfs2?))$/i;

/** Where the file lies decides how long a load takes, and what a page costs that memory lost. */
export const storageCheck: Check = {
  id: 'slow-storage',
  title: 'The model lies on a slow disk or a network',
  meaning:
    'The file is mapped into memory: it is read once when the model is loaded, and again wherever RAM runs short. A hard disk reads 60 GB in 5 to 10 minutes, an SSD in 10 to 60 seconds.',
  look: ({ storage }) => when(storage, judge),
};

function judge({ mountPoint, fileSystem, source, disk }: StorageFacts): Outcome {
  const where = `It lies on ${source} (${fileSystem}, mounted at ${mountPoint})`;
  if (REMOTE.test(fileSystem)) {
    return verified(
      'warning',
      [`${where}, which is not a disk of this machine.`],
      fileSystem === '9p' || fileSystem === 'drvfs'
        ? 'Copy it to a disk of this system; inside WSL, into the Linux file system and not under /mnt.'
        : 'Copy it to an SSD of this machine.',
    );
  }
  switch (disk) {
    case 'spinning':
      return verified('warning', [`${where}, a hard disk.`], 'Copy it to an SSD.');
    case 'solid':
      return refuted(`${where}, an SSD.`);
    case 'unknown':
      return ['tmpfs', 'ramfs'].includes(fileSystem)
        ? refuted(`${where}, in memory.`)
        : unchecked(`${where}; what disk is behind it, the system does not say.`);
  }
}
