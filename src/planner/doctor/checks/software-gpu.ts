import { openSetting, refuted, verified, when, type Check } from '../check';

const SOFTWARE = /llvmpipe|lavapipe|swiftshader|software rasterizer/i;

/** A Vulkan driver that draws with the CPU. */
export const softwareGpuCheck: Check = {
  id: 'software-gpu',
  title: 'The GPU is imitated by the CPU',
  meaning: 'A software Vulkan driver computes on the CPU, and much slower than the CPU build would.',
  look: ({ machine }) =>
    when(machine, ({ gpu, deviceNames }) => {
      const imitated = deviceNames.filter((name) => SOFTWARE.test(name));
      if (imitated.length === 0)
        return refuted(gpu === 'cpu' ? 'No GPU is used.' : `${deviceNames.join(', ')} is a real device.`);
      return verified(
        'warning',
        imitated.map((name) => `Vulkan's device is ${name}.`),
        'Install the Vulkan driver of your GPU, or set "hearth.gpu" to "cpu".',
        openSetting('gpu'),
      );
    }),
};
