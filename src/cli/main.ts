/** The `hearth` command: the hub and the models without an editor. */
import { errorInfo, HearthError } from '../shared/protocol/errors';
import { VERSION } from '../shared/version';
import { parseArguments } from './arguments';
import { chat } from './chat';
import { doctor } from './doctor';
import { hardware } from './hardware';
import { printError } from './output';
import { plan } from './plan';
import { status } from './status';
import { stop } from './stop';

const HELP = `hearth ${VERSION}: your own model, warm

  hearth chat "TEXT"   asks the model and streams its answer
      --model FILE             a GGUF file instead of the configured model
      --lora FILE[:SCALE]      lays a LoRA adapter over it (may be repeated)
      --system TEXT            your instructions to the model
      --tools FILE             JSON list of functions that it may call
      --tool-result FILE       what those calls return: text, or a JSON object by function name
      --effort low|medium|high --temperature T --seed N --max-tokens N
      --json                   the last line is one JSON object
  hearth plan FILE|NAME[:QUANT]|URL  will it fit? "hearth plan" lists the names, of which no file is needed
      --vram 98GB --ram 132GB  another machine; two GPUs: --vram 96GB,24GB; by name: --vram "RTX 4090"; none: --vram 0
      --context N --kv q8_0 --sequences N --batch N --gpu-layers N --experts-in-ram N --no-flash-attention
      --quant Q6_K             of a name
      --allow-network          for https://…/file.gguf or hf:OWNER/REPOSITORY/FILE.gguf: its header is read there
      --beside NAME            another model in memory as well (may be repeated); for chat, or what is said before it:
                               embedding:NAME, completion:NAME
      --draft NAME             a draft model
      --lora FILE|SIZE         a LoRA adapter (may be repeated)
      --params 120B --active 5B --bits 4.25 [--layers N --kv-size N]   plain numbers instead of a model
      --json                   bytes instead of GiB
  hearth hardware [--json]     GPUs, memory, and what uses it
  hearth doctor [MODEL]        what could go wrong? MODEL: a file or folder instead of the configured model
      --baseline FILE          compares with what --json said earlier; exits with 1 if something is worse
      --json
  hearth status [--json]       what is loaded, and who is in the queue
  hearth stop                  ends the background process and frees the memory

All state is under HEARTH_HOME (default: .hearth in your home).`;

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArguments(args);
  const [command, ...rest] = positionals;
  if (values.version === true) {
    console.log(VERSION);
    return;
  }
  switch (command) {
    case 'chat':
      return chat(rest.join(' '), values);
    case 'plan':
      return plan(only(rest), values);
    case 'hardware':
      return hardware(values.json === true);
    case 'doctor':
      return doctor(only(rest), values);
    case 'status':
      return status(values.json === true);
    case 'stop':
      return stop(values.json === true);
    case undefined:
      console.log(HELP);
      if (values.help !== true) process.exitCode = 1;
      return;
    default:
      throw new HearthError('bad-request', `There is no command "${command}".`, 'See "hearth --help".');
  }
}

/** @throws HearthError for words that would be passed over, as a path with spaces that was not quoted has them */
function only([word, ...more]: string[]): string | undefined {
  if (more.length === 0) return word;
  throw new HearthError(
    'bad-request',
    `"${more.join(' ')}" is more than one model.`,
    'Put a path that has spaces into quotes. See "hearth --help".',
  );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  // Only parseArgs throws TypeErrors with a code: the user's words, not a bug.
  const isUsage = error instanceof TypeError && 'code' in error;
  const info = isUsage
    ? { code: 'bad-request' as const, message: error.message, advice: 'See "hearth --help".' }
    : errorInfo(error);
  printError(info, process.argv.includes('--json'));
  process.exitCode = 1;
});
