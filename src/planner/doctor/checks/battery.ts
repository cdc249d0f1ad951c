import { refuted, verified, when, type Check } from '../check';

export const batteryCheck: Check = {
  id: 'battery',
  title: 'The machine runs on its battery',
  meaning:
    'On battery, laptops slow down CPU and GPU, often to half; and a model that computes empties it fast.',
  look: ({ power }) =>
    when(power, ({ batteryPercent, onBattery }) => {
      if (batteryPercent === undefined) return refuted('The machine has no battery.');
      if (!onBattery) return refuted(`It is plugged in (battery at ${batteryPercent} %).`);
      return verified('warning', [`It runs on its battery, at ${batteryPercent} %.`], 'Plug it in.');
    }),
};
