import type { DrawnUse } from './memory-segments';

/** Patterns for what is drawn: nothing is told by colour alone. Each is a colour of the theme and a texture. */
export function FillPatterns() {
  return (
    <svg class="fill-patterns" aria-hidden="true">
      <defs>
        <pattern id="fill-kv" width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" class="ink-context" />
          <path d="M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2" class="texture" />
        </pattern>
        <pattern id="fill-compute" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="5" height="5" class="ink-compute" />
          <path d="M2.5,0 v5" class="texture" />
        </pattern>
        <pattern id="fill-context" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="5" height="5" class="ink-context" />
          <path d="M0,2.5 h5" class="texture" />
        </pattern>
        <pattern id="fill-small" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="5" height="5" class="ink-context" />
          <circle cx="2.5" cy="2.5" r="0.9" class="texture-dot" />
        </pattern>
        <pattern id="fill-process" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="5" height="5" class="ink-other" />
          <path d="M2.5,0 v5 M0,2.5 h5" class="texture" />
        </pattern>
        <pattern id="fill-beside" width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" class="ink-weights" />
          <path d="M-1,5 l2,2 M0,0 l6,6 M5,-1 l2,2" class="texture" />
        </pattern>
        <pattern id="fill-other" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="5" height="5" class="ink-other" />
          <circle cx="2.5" cy="2.5" r="0.9" class="texture-dot" />
        </pattern>
        <pattern id="fill-gpu-2" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="5" height="5" class="ink-gpu-2" />
          <path d="M0,2.5 h5" class="texture" />
        </pattern>
        <pattern id="fill-gpu-3" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="5" height="5" class="ink-gpu-3" />
          <path d="M2.5,0 v5 M0,2.5 h5" class="texture" />
        </pattern>
        <pattern id="fill-gpu-4" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="5" height="5" class="ink-gpu-4" />
          <circle cx="2.5" cy="2.5" r="0.9" class="texture-dot" />
        </pattern>
        <pattern id="fill-ram" width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" class="ink-ram" />
          <path d="M-1,5 l2,2 M0,0 l6,6 M5,-1 l2,2" class="texture" />
        </pattern>
      </defs>
    </svg>
  );
}

const GPU_FILLS = ['gpu', 'gpu-2', 'gpu-3', 'gpu-4'] as const;

export type FillName = DrawnUse | 'free' | 'ram' | (typeof GPU_FILLS)[number];

const PLAIN: readonly FillName[] = ['weights', 'free', 'gpu'];

/** What `fill` an SVG shape takes; plain colours come from the class `fill-NAME`. */
export function fillOf(name: FillName): string | undefined {
  return PLAIN.includes(name) ? undefined : `url(#fill-${name})`;
}

/** Of a GPU by its place in the list; the fifth looks like the first. */
export function gpuFill(index: number): FillName {
  return GPU_FILLS[index % GPU_FILLS.length] ?? 'gpu';
}

/** A legend's entry: the same filling as in the picture. */
export function Swatch({ fill }: { fill: FillName }) {
  return (
    <svg class="swatch" width="12" height="12" aria-hidden="true">
      <rect x="0.5" y="0.5" width="11" height="11" rx="2" class={`piece fill-${fill}`} fill={fillOf(fill)} />
    </svg>
  );
}
