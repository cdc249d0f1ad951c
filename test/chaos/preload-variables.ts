/** How the harness speaks to what it loads into the hub: names of environment variables. */

/** The home whose files are watched. */
export const HOME_VARIABLE = 'HEARTH_CHAOS_HOME';
/** Where its shadow is kept. */
export const SHADOW_VARIABLE = 'HEARTH_CHAOS_SHADOW';
/** A file that, once it is there, has the number of file calls after which the hub kills itself. */
export const KILL_FILE_VARIABLE = 'HEARTH_CHAOS_KILL_FILE';
/** How far the hub's clock is shifted: the file has the milliseconds. */
export const CLOCK_FILE_VARIABLE = 'HEARTH_CHAOS_CLOCK_FILE';
