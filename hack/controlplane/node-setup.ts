import type { SendRequest } from './api-request.ts';
import type { ComponentRunner } from './component-runner.ts';
import type { ComponentSettings } from './components.ts';
import { nodeManifests } from './nodes.ts';
import type { NodeGroup } from './nodes.ts';

interface ObservedNode {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly taints?: readonly { readonly key: string }[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Creates simulated nodes and returns when pods can be bound to them, as far as the components run that see to it. */
export async function addNodes(
  groups: readonly NodeGroup[],
  { send, runner, settings }: { send: SendRequest; runner: ComponentRunner; settings: ComponentSettings },
): Promise<void> {
  const manifests = nodeManifests(groups);
  if (manifests.length === 0) return;
  await Promise.all(
    manifests.map(async (manifest) => {
      const { status, body } = await send('POST', '/api/v1/nodes', manifest);
      if (status !== 201) throw new Error(`Creating node ${manifest.metadata.name}: ${JSON.stringify(body)}`);
    }),
  );
  const { components } = settings;
  if (!components.includes('kwok')) return;
  const waiting = new Set(manifests.map(({ metadata }) => metadata.name));
  const areUsable = async () => {
    const { body } = await send('GET', '/api/v1/nodes?resourceVersion=0');
    for (const node of (body as { items: readonly ObservedNode[] }).items) {
      if (isUsable(node, components.includes('kube-controller-manager'))) waiting.delete(node.metadata.name);
    }
    return waiting.size === 0;
  };
  await runner.wait(
    `${manifests.length} nodes to become ready`,
    ['kube-apiserver', ...components],
    areUsable,
  );
}

// The API server taints each new node; the controller manager takes the taint away once the node is Ready.
function isUsable({ spec, status }: ObservedNode, isTaintLifted: boolean): boolean {
  const isReady =
    status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
  const isTainted = spec?.taints?.some(({ key }) => key === 'node.kubernetes.io/not-ready') ?? false;
  return isReady && !(isTaintLifted && isTainted);
}
