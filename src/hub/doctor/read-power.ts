/** Battery, mains and how the CPU's clock is governed. Linux only. */
import { known, type Known, type PowerFacts } from '../../planner/doctor/facts';
import type { SystemFiles } from './system-files';

const SUPPLIES = 'sys/class/power_supply';
const CPUS = 'sys/devices/system/cpu';

export async function readPower(files: SystemFiles): Promise<Known<PowerFacts>> {
  const governors = new Set<string>();
  const energyPreferences = new Set<string>();
  let governorDriver: string | undefined;
  for (const cpu of await files.names(CPUS)) {
    if (!/^cpu\d+$/.test(cpu)) continue;
    const governor = await files.line(CPUS, cpu, 'cpufreq/scaling_governor');
    const preference = await files.line(CPUS, cpu, 'cpufreq/energy_performance_preference');
    if (governor !== undefined) governors.add(governor);
    if (preference !== undefined) energyPreferences.add(preference);
    governorDriver ??= await files.line(CPUS, cpu, 'cpufreq/scaling_driver');
  }
  return known({
    ...(await readBattery(files)),
    governors: [...governors],
    governorDriver,
    energyPreferences: [...energyPreferences],
    platformProfile: await files.line('sys/firmware/acpi/platform_profile'),
  });
}

async function readBattery(files: SystemFiles): Promise<Pick<PowerFacts, 'batteryPercent' | 'onBattery'>> {
  let batteryPercent: number | undefined;
  let discharges = false;
  let pluggedIn = false;
  for (const name of await files.names(SUPPLIES)) {
    const supply = await files.line(SUPPLIES, name, 'type');
    // A mouse and a headset have batteries too.
    if ((await files.line(SUPPLIES, name, 'scope')) === 'Device') continue;
    if (supply === 'Battery') {
      batteryPercent ??= Number((await files.line(SUPPLIES, name, 'capacity')) ?? 0);
      discharges ||= (await files.line(SUPPLIES, name, 'status')) === 'Discharging';
    } else if ((await files.line(SUPPLIES, name, 'online')) === '1') pluggedIn = true;
  }
  return { batteryPercent, onBattery: batteryPercent !== undefined && discharges && !pluggedIn };
}
