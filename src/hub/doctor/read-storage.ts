/** On what a file lies. Linux only. */
import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { known, unknown, type Known, type StorageFacts } from '../../planner/doctor/facts';
import type { SystemFiles } from './system-files';

export interface Mount {
  source: string;
  mountPoint: string;
  fileSystem: string;
}

export async function readStorage(files: SystemFiles, path: string): Promise<Known<StorageFacts>> {
  const mounts = await files.text('proc/self/mounts');
  if (mounts === undefined) return unknown('The system does not say what is mounted where.');
  const mount = mountOf(parseMounts(mounts), await realpath(path));
  if (mount === undefined) return unknown('The system does not say what the file lies on.');
  return known({ ...mount, disk: await diskKind(files, mount.source) });
}

/** Lines of /proc/mounts, in which blanks are written as octal numbers. */
export function parseMounts(text: string): Mount[] {
  const plain = (field: string): string =>
    field.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [source = '', mountPoint = '', fileSystem = ''] = line.split(' ');
      return { source: plain(source), mountPoint: plain(mountPoint), fileSystem };
    });
}

/** The innermost mount above a path; of two at the same place the later one hides the earlier. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    const isAbove = path === mount.mountPoint || path.startsWith(mount.mountPoint.replace(/\/?$/, '/'));
    if (isAbove && mount.mountPoint.length >= (found?.mountPoint.length ?? 0)) found = mount;
  }
  return found;
}

async function diskKind(files: SystemFiles, source: string): Promise<StorageFacts['disk']> {
  if (!source.startsWith('/dev/')) return 'unknown';
  // A name like /dev/mapper/root is a link to the device proper.
  const device = (await files.target(source)) ?? basename(source);
  // Virtual disks claim to spin, whatever they lie on.
  if (/^x?vd/.test(device)) return 'unknown';
  // A partition's queue is its disk's.
  for (const disk of [device, `${device}/..`]) {
    const rotational = await files.line('sys/class/block', disk, 'queue/rotational');
    if (rotational === undefined) continue;
    const model = (await files.line('sys/class/block', disk, 'device/model')) ?? '';
    if (/qemu|virtual|vbox/i.test(model)) return 'unknown';
    return rotational === '1' ? 'spinning' : 'solid';
  }
  return 'unknown';
}
