/** A codicon; what it means is said by the text or label next to it. */
export function Icon({ name, spin }: { name: string; spin?: boolean }) {
  return (
    <span
      class={`codicon codicon-${name}${spin === true ? ' codicon-modifier-spin' : ''}`}
      aria-hidden="true"
    />
  );
}
