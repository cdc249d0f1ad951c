/** One memory: how much is used, as a bar, and by what, in figures. */
import { formatBytes } from '../../src/shared/util/format';
import { leftText } from '../../src/shared/util/plan-text';
import { fillOf, Swatch } from './fill-patterns';
import { barLabel, byUse, memoryBar, USE_NAMES, type DrawnPool } from './memory-segments';

export interface MemoryBarProps {
  name: string;
  /** Beside the name: the card, how busy it is. */
  detail?: string;
  pool: DrawnPool;
  /** A model's name by its path. */
  modelName?: (path: string) => string;
}

export function MemoryBar({ name, detail, pool, modelName }: MemoryBarProps) {
  const bar = memoryBar(pool);
  const isKnown = pool.usedBytes !== undefined;
  return (
    <div class="memory" data-testid="memory-bar">
      <div class="memory-head">
        <h3>{name}</h3>
        {detail !== undefined && <span class="memory-detail">{detail}</span>}
        <span class="memory-figure">
          {pool.usedBytes === undefined
            ? formatBytes(pool.totalBytes)
            : `${formatBytes(pool.usedBytes)} of ${formatBytes(pool.totalBytes)}`}
        </span>
      </div>
      <svg class="bar" width="100%" height="18" role="img" aria-label={barLabel(name, pool)}>
        <rect x="0" y="0" width={`${bar.limit}%`} height="18" class="piece fill-free" />
        {bar.segments.map((segment) => (
          <rect
            key={`${segment.use} ${segment.modelPath ?? ''}`}
            x={`${segment.start}%`}
            y="0"
            width={`${segment.length}%`}
            height="18"
            class={`piece fill-${segment.use}`}
            fill={fillOf(segment.use)}
          >
            <title>
              {[
                USE_NAMES[segment.use],
                ...(segment.modelPath === undefined || modelName === undefined
                  ? []
                  : [modelName(segment.modelPath)]),
                formatBytes(segment.bytes),
              ].join(' · ')}
            </title>
          </rect>
        ))}
        {bar.limit < 100 && (
          <line x1={`${bar.limit}%`} x2={`${bar.limit}%`} y1="0" y2="18" class="bar-limit" />
        )}
      </svg>
      {isKnown ? (
        <ul class="legend" aria-label={`What uses ${name}`}>
          {byUse(pool.parts).map(({ use, bytes }) => (
            <li key={use}>
              <Swatch fill={use} />
              {USE_NAMES[use]} {formatBytes(bytes)}
            </li>
          ))}
          <li class={bar.freeBytes < 0 ? 'too-little' : undefined}>
            {bar.freeBytes >= 0 && <Swatch fill="free" />}
            {bar.freeBytes < 0 ? leftText(bar.freeBytes) : `Free ${formatBytes(bar.freeBytes)}`}
          </li>
        </ul>
      ) : (
        <p class="quiet">How much of it is used is known once a model is loaded.</p>
      )}
    </div>
  );
}
