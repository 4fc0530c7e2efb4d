import { parseArgs } from 'node:util';

/** What the demo was asked to do. */
export interface DemoOptions {
  /** Leave everything running when the Jobs are done, until Ctrl-C. */
  readonly keep: boolean;
  /** The user's own cluster, in place of the embedded control plane. */
  readonly kubeconfig: string | undefined;
  /** The address by which the API server reaches this machine. */
  readonly webhookHost: string;
}

export type DemoCommand =
  | { readonly kind: 'run'; readonly options: DemoOptions }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'invalid'; readonly message: string };

const helpText = `Two teams share GPUs of two models: watch their Jobs wait, start, borrow and finish.

Usage: npm run demo -- [flags]

  --keep              leave everything running at the end, and say how to get at it
  --kubeconfig=FILE   use this cluster instead of the embedded control plane. It needs nodes that are labelled
                      cloud.example.com/gpu-model=a100 and =l40s and have nvidia.com/gpu. All that the demo
                      makes there is removed at the end, unless it is to be kept
  --webhook-host=IP   with --kubeconfig: an address of this machine that the cluster's API server can reach,
                      since it calls the webhooks of the Quaymaster that runs here. Without one that it can
                      reach, no queue and no queued Job can be created (default 127.0.0.1)
  --help              this text
`;

/** Reads the flags; what makes no sense is said plainly. */
export function parseCommandLine(args: readonly string[]): DemoCommand {
  try {
    const { values } = parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        keep: { type: 'boolean', default: false },
        kubeconfig: { type: 'string' },
        'webhook-host': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'help', text: helpText };
    const { keep, kubeconfig } = values;
    const webhookHost = values['webhook-host'];
    if (webhookHost !== undefined && kubeconfig === undefined)
      return { kind: 'invalid', message: '--webhook-host goes with --kubeconfig' };
    return { kind: 'run', options: { keep, kubeconfig, webhookHost: webhookHost ?? '127.0.0.1' } };
  } catch (error) {
    return { kind: 'invalid', message: error instanceof Error ? error.message : String(error) };
  }
}
