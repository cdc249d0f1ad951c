/** All checks, in the order in which a person reads them: what stops a model first, then what slows it down. */
import type { Check } from './check';
import { architectureCheck } from './checks/architecture';
import { batteryCheck } from './checks/battery';
import { chatTemplateCheck } from './checks/chat-template';
import { checkpointCheck } from './checks/checkpoint';
import { contextCheck } from './checks/context';
import { cpuFeaturesCheck } from './checks/cpu-features';
import { cudaCardCheck } from './checks/cuda-card';
import { flashAttentionCheck } from './checks/flash-attention';
import { glibcCheck } from './checks/glibc';
import { gpuProgramsCheck } from './checks/gpu-programs';
import { gpuScreenCheck } from './checks/gpu-screen';
import { gpuUnusedCheck } from './checks/gpu-unused';
import { layersInRamCheck } from './checks/layers-in-ram';
import { librariesCheck } from './checks/libraries';
import { modelFileCheck } from './checks/model-file';
import { nvidiaDriverCheck } from './checks/nvidia-driver';
import { otherModelsCheck } from './checks/other-models';
import { powerSavingCheck } from './checks/power-saving';
import { quantizationCheck } from './checks/quantization';
import { ramCheck } from './checks/ram';
import { remoteGpuCheck } from './checks/remote-gpu';
import { softwareGpuCheck } from './checks/software-gpu';
import { storageCheck } from './checks/storage';
import { swapCheck } from './checks/swap';
import { threadsCheck } from './checks/threads';

export const CHECKS: readonly Check[] = [
  modelFileCheck,
  checkpointCheck,
  architectureCheck,
  chatTemplateCheck,
  contextCheck,
  glibcCheck,
  librariesCheck,
  nvidiaDriverCheck,
  cudaCardCheck,
  gpuUnusedCheck,
  layersInRamCheck,
  softwareGpuCheck,
  remoteGpuCheck,
  quantizationCheck,
  cpuFeaturesCheck,
  flashAttentionCheck,
  ramCheck,
  swapCheck,
  storageCheck,
  otherModelsCheck,
  gpuProgramsCheck,
  gpuScreenCheck,
  threadsCheck,
  powerSavingCheck,
  batteryCheck,
];
