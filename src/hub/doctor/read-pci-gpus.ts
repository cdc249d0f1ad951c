/** The GPUs on the PCI bus, whether or not anything uses them. Linux only. */
import { known, unknown, type Known, type PciGpu } from '../../planner/doctor/facts';
import type { SystemFiles } from './system-files';

const BUS = 'sys/bus/pci/devices';
const VENDORS: Readonly<Record<string, PciGpu['vendor']>> = {
  '0x10de': 'NVIDIA',
  '0x1002': 'AMD',
  '0x8086': 'Intel',
};

export async function readPciGpus(files: SystemFiles): Promise<Known<PciGpu[]>> {
  const addresses = await files.names(BUS);
  if (addresses.length === 0) return unknown('The system shows no PCI bus.');
  const gpus: PciGpu[] = [];
  for (const address of addresses) {
    // Class 3 is whatever draws or computes pictures.
    if ((await files.line(BUS, address, 'class'))?.startsWith('0x03') !== true) continue;
    const vendorId = (await files.line(BUS, address, 'vendor')) ?? '';
    const vendor = VENDORS[vendorId];
    if (vendor === undefined) continue;
    const device = (await files.line(BUS, address, 'device')) ?? '';
    gpus.push({
      vendor,
      id: `${vendorId.slice(2)}:${device.slice(2)}`,
      driver: await files.target(BUS, address, 'driver'),
      screens: await screens(files, address),
    });
  }
  return known(gpus);
}

async function screens(files: SystemFiles, address: string): Promise<string[]> {
  const found: string[] = [];
  for (const card of await files.names(BUS, address, 'drm')) {
    for (const connector of await files.names(BUS, address, 'drm', card)) {
      if (!connector.startsWith(`${card}-`)) continue;
      const status = await files.line(BUS, address, 'drm', card, connector, 'status');
      if (status === 'connected') found.push(connector.slice(card.length + 1));
    }
  }
  return found;
}
