/** What takes how much of a plan's memory, in figures. */
import type { PlanResult } from '../../src/shared/protocol/plan';
import { leftText } from '../../src/shared/util/plan-text';
import { planRows } from './plan-rows';

export function PlanTable({ result }: { result: PlanResult }) {
  const hasVram = result.machine.gpus.length > 0;
  return (
    <table class="figures-table" data-testid="plan-table">
      <thead>
        <tr>
          <td />
          {hasVram && <th scope="col">VRAM</th>}
          <th scope="col">RAM</th>
        </tr>
      </thead>
      <tbody>
        {planRows(result).map(({ name, vramBytes, ramBytes }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {hasVram && <td>{cell(vramBytes)}</td>}
            <td>{cell(ramBytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function cell(bytes: number): string {
  return Math.abs(bytes) < 1 ? '–' : leftText(bytes);
}
