import { parseArgs } from 'node:util';
import type { LogLevel } from './observability/index.ts';

/** What the program was asked for on its command line (O-1.1). */
export interface CommandLine {
  readonly config: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly featureGates: Readonly<Record<string, boolean>> | undefined;
  readonly logLevel: LogLevel;
  readonly logVerbosity: number;
  /** Metrics over plain HTTP without authentication; only on a loopback address. */
  readonly insecureMetrics: boolean;
}

export type CommandLineResult =
  | { readonly kind: 'run'; readonly commandLine: CommandLine }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'invalid'; readonly message: string };

const helpText = `Quaymaster: a job-queueing controller for Kubernetes that speaks the Kueue API.

Usage: node src/main.ts [flags]

  --config=FILE           settings of kind Configuration (config.kueue.x-k8s.io/v1beta2); all defaults without it
  --kubeconfig=FILE       the cluster to serve; the pod's service account without it
  --feature-gates=A=true,B=false
                          feature gates; not together with featureGates of the settings
  --zap-log-level=LEVEL   debug, info, error, panic, or a verbosity above 0 (default info)
  --insecure-metrics      metrics over plain HTTP, without authentication; loopback addresses only
  --help                  this text
`;

/** The flags of the shipped manifests that shape log lines; ours are always JSON (O-8.11). */
const acceptedLogFlags = {
  'zap-devel': { type: 'boolean' },
  'zap-encoder': { type: 'string' },
  'zap-stacktrace-level': { type: 'string' },
  'zap-time-encoding': { type: 'string' },
} as const;

/** Reads the flags; an unknown one, or a value that makes no sense, is said plainly. */
export function parseCommandLine(args: readonly string[]): CommandLineResult {
  try {
    const { values } = parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        config: { type: 'string' },
        kubeconfig: { type: 'string' },
        'feature-gates': { type: 'string' },
        'zap-log-level': { type: 'string', default: 'info' },
        'insecure-metrics': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        ...acceptedLogFlags,
      },
    });
    if (values.help) return { kind: 'help', text: helpText };
    const gates = values['feature-gates'];
    const commandLine = {
      config: values.config,
      kubeconfig: values.kubeconfig,
      featureGates: gates === undefined ? undefined : parseGates(gates),
      insecureMetrics: values['insecure-metrics'],
      ...parseLogLevel(values['zap-log-level']),
    };
    return { kind: 'run', commandLine };
  } catch (error) {
    return { kind: 'invalid', message: error instanceof Error ? error.message : String(error) };
  }
}

/** Reads `A=true,B=false`. */
function parseGates(text: string): Record<string, boolean> {
  const gates: Record<string, boolean> = {};
  for (const part of text.split(',').filter((each) => each !== '')) {
    const [name = '', value = ''] = part.split('=');
    if (name === '' || (value !== 'true' && value !== 'false')) {
      throw new Error(`--feature-gates: invalid value "${part}": must be <gate>=true or <gate>=false`);
    }
    gates[name] = value === 'true';
  }
  return gates;
}

function parseLogLevel(text: string): Pick<CommandLine, 'logLevel' | 'logVerbosity'> {
  switch (text) {
    case 'debug':
      return { logLevel: 'debug', logVerbosity: 1 };
    case 'info':
    case 'error':
    case 'panic':
      return { logLevel: text, logVerbosity: 0 };
    default:
      if (!/^[1-9]\d*$/.test(text)) throw new Error(`--zap-log-level: invalid log level "${text}"`);
      return { logLevel: 'debug', logVerbosity: Number(text) };
  }
}
