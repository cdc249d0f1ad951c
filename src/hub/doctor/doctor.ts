/** The doctor's edge: which model is meant, what is in memory, and then the checks. */
import { basename, resolve } from 'node:path';
import { diagnose } from '../../planner/doctor/diagnose';
import {
  REPORT_FORMAT,
  REPORT_VERSION,
  type DoctorReport,
  type WindowFacts,
} from '../../shared/protocol/doctor';
import type { MachineFacts } from '../../shared/protocol/worker';
import type { ModelHost } from '../engines/model-host';
import { modelName } from '../models/model-file';
import type { ModelRegistry } from '../models/model-registry';
import type { SettingsStore } from '../storage/settings-store';
import { gatherFacts } from './gather-facts';

export class Doctor {
  /** @param readMachine asks a worker without a model */
  constructor(
    private readonly settings: SettingsStore,
    private readonly registry: ModelRegistry,
    private readonly host: Pick<ModelHost, 'snapshot'>,
    private readonly readMachine: () => Promise<MachineFacts>,
  ) {}

  /**
   * Loads nothing; what cannot be looked at is `unchecked`.
   * @throws HearthError `no-model` when none is named and there is none
   */
  async run({ model, window }: { model?: string; window?: WindowFacts }): Promise<DoctorReport> {
    const path = model === undefined ? await this.registry.active() : resolve(model);
    const inMemory = this.host.snapshot(() => undefined);
    const facts = await gatherFacts({
      modelPath: path,
      settings: this.settings.current.load,
      resident: inMemory.find((resident) => resident.path === path),
      others: inMemory.filter((resident) => resident.path !== path),
      window,
      readMachine: this.readMachine,
    });
    return {
      format: REPORT_FORMAT,
      version: REPORT_VERSION,
      model: { name: modelName(basename(path)), path },
      findings: diagnose(facts),
    };
  }
}
