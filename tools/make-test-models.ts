/** `tsx tools/make-test-models.ts FOLDER [--vocab]`: writes the models that tests load. */
import { makeO200kVocab, makeTinyGptOss, makeTinyLlama, makeTinyLora } from './models/test-models';

const [folder] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
if (folder === undefined) {
  console.error('usage: tsx tools/make-test-models.ts FOLDER [--vocab]');
  process.exitCode = 2;
} else {
  console.log(makeTinyGptOss(folder));
  console.log(makeTinyLlama(folder));
  console.log(makeTinyLora(folder));
  if (process.argv.includes('--vocab')) console.log(makeO200kVocab(folder));
}
