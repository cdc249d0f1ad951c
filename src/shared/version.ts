/** Hearth's version; the build puts in what package.json says. */
declare const HEARTH_VERSION: string | undefined;

export const VERSION = typeof HEARTH_VERSION === 'string' ? HEARTH_VERSION : '0.0.0-dev';
