/** Figures in a line, broken only between them. */
export function Figures({ parts }: { parts: readonly string[] }) {
  return parts.map((part, index) => (
    <span key={index} class="figure">
      {part}
    </span>
  ));
}
