import { refuted, unchecked, verified, when, type Check } from '../check';

/** In a remote window Hearth runs on one of two machines; the other one may have the GPU. */
export const remoteGpuCheck: Check = {
  id: 'remote-gpu',
  title: 'Hearth runs on the machine without the GPU',
  meaning:
    'A remote window has two machines. Hearth computes where it runs: beside the files, or on your own computer.',
  look: ({ window, machine }) =>
    when(window, ({ remoteName, runsBesideRemote, machine: host }) => {
      if (remoteName === undefined) return refuted('The window and its files are on this machine.');
      if (!machine.known) return unchecked(machine.why);
      const place = runsBesideRemote ? 'your own computer' : `the remote machine (${host})`;
      if (machine.value.gpu !== 'cpu')
        return refuted(`Hearth runs on ${place}, which has ${machine.value.deviceNames.join(', ')}.`);
      return verified(
        'warning',
        [`The window is remote (${remoteName}). Hearth runs on ${place}, and computes on its CPU.`],
        `If the GPU is on ${runsBesideRemote ? 'the remote machine' : 'your own computer'}, set "remote.extensionKind" to {"hearth.hearth": ["${runsBesideRemote ? 'workspace' : 'ui'}"]} and reload the window.`,
        {
          title: 'Open the Setting',
          command: 'workbench.action.openSettings',
          arguments: ['remote.extensionKind'],
        },
      );
    }),
};
