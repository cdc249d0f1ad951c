import { refuted, unchecked, verified, when, type Check } from '../check';

/** Of the C library, what the prebuilt llama.cpp asks for. */
const NEEDED = [2, 34] as const;

export const glibcCheck: Check = {
  id: 'c-library',
  title: 'The C library is too old for llama.cpp',
  meaning: `The llama.cpp that comes with Hearth is built for Linux with glibc ${NEEDED.join('.')} or newer.`,
  look: ({ platform, glibc }) => {
    if (platform !== 'linux') return refuted('Only Linux has this question.');
    return when(glibc, (version) => {
      if (version === undefined) {
        return verified(
          'error',
          ['This system has another C library than glibc (musl, perhaps).'],
          'Run Hearth on a distribution with glibc, such as Debian, Ubuntu or Fedora.',
        );
      }
      const [major = 0, minor = 0] = version.split('.').map(Number);
      if (Number.isNaN(major) || Number.isNaN(minor))
        return unchecked(`glibc calls its version "${version}".`);
      if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]))
        return refuted(`glibc is ${version}, and ${NEEDED.join('.')} is enough.`);
      return verified(
        'error',
        [`glibc is ${version}; ${NEEDED.join('.')} is needed.`],
        'Update the system: Debian 12, Ubuntu 22.04, Fedora 35 and RHEL 9 are new enough.',
      );
    });
  },
};
