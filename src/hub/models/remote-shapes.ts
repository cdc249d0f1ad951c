/** Models elsewhere whose header was read: every what-if of a plan would ask for it again. Kept in memory, for a while. */
import type { ModelShape } from '../../planner/model-shape';

/** What lies at an address may be replaced. */
const KEPT_MS = 60 * 60_000;
const MOST = 32;

interface Kept {
  shape: Promise<ModelShape>;
  /** By the clock that never jumps; ms. */
  at: number;
}

export class RemoteShapes {
  /** By address; the one that was wanted last stands last. */
  private readonly kept = new Map<string, Kept>();

  /**
   * @param read asks for the headers
   * @param now ms
   */
  constructor(
    private readonly read: (url: URL) => Promise<ModelShape>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws HearthError what `read` throws; the next one who wants it asks anew */
  get(url: URL): Promise<ModelShape> {
    const known = this.kept.get(url.href);
    this.kept.delete(url.href);
    const isFresh = known !== undefined && this.now() - known.at < KEPT_MS;
    const entry = isFresh ? known : { shape: this.read(url), at: this.now() };
    this.kept.set(url.href, entry);
    if (!isFresh) {
      entry.shape.catch(() => {
        if (this.kept.get(url.href) === entry) this.kept.delete(url.href);
      });
    }
    const oldest = this.kept.keys().next();
    if (this.kept.size > MOST && oldest.done !== true) this.kept.delete(oldest.value);
    return entry.shape;
  }
}
