import { useActions } from '../state/actions-context';
import { IconButton } from './icon-button';

export interface BranchSwitchProps {
  siblingIds: readonly string[];
  id: string;
}

/** "‹ 2/3 ›": the other messages that could stand here. */
export function BranchSwitch({ siblingIds, id }: BranchSwitchProps) {
  const { post } = useActions();
  if (siblingIds.length < 2) return null;
  const index = siblingIds.indexOf(id);
  const show = (to: number) => {
    const messageId = siblingIds[to];
    if (messageId !== undefined) post({ type: 'selectBranch', messageId });
  };
  return (
    <span class="branch-switch" role="group" aria-label="Branches" data-testid="branches">
      <IconButton
        icon="chevron-left"
        label="Previous branch"
        disabled={index <= 0}
        onClick={() => show(index - 1)}
      />
      <span class="branch-position">
        {index + 1}/{siblingIds.length}
      </span>
      <IconButton
        icon="chevron-right"
        label="Next branch"
        disabled={index >= siblingIds.length - 1}
        onClick={() => show(index + 1)}
      />
    </span>
  );
}
