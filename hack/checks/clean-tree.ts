const coreParts = [
  'amounts',
  'workload',
  'queues',
  'quota',
  'topology',
  'flavors',
  'preemption',
  'cycle',
] as const;

/** One small file in each core folder, each calling its left neighbour through the front door. */
function coreFiles(): [string, string][] {
  return coreParts.flatMap((part, index) => {
    const left = coreParts[index - 1];
    const size = left === undefined ? 'queue.size' : `${left}Size(queue)`;
    const imports = [`import type { Queue } from '../../api/queue.ts';`];
    if (left !== undefined) imports.push(`import { ${left}Size } from '../${left}/index.ts';`);
    return [
      [`src/core/${part}/index.ts`, `export { ${part}Size } from './size.ts';\n`],
      [
        `src/core/${part}/size.ts`,
        `${imports.join('\n')}\n\nexport function ${part}Size(queue: Queue): number {\n  return ${size};\n}\n`,
      ],
    ] satisfies [string, string][];
  });
}

/** A miniature of the project in which every check is green: each folder uses what its row of the table allows. */
export const cleanTree: Readonly<Record<string, string>> = {
  ...Object.fromEntries(coreFiles()),
  'src/api/queue.ts': `import { z } from 'zod';

export const queue = z.object({ size: z.number() });
export type Queue = z.infer<typeof queue>;
`,
  'src/core/cycle/size.test.ts': `import { expect, test } from 'vitest';
import { queue } from '../../api/queue.ts';
import { cycleSize } from './size.ts';

test('the size is the size', () => {
  expect(cycleSize(queue.parse({ size: 1 }))).toBe(1);
});
`,
  'src/state/picture.ts': `import { createHash } from 'node:crypto';
import { cycleSize } from '../core/cycle/index.ts';

export const digest = (size: number): string =>
  createHash('sha256')
    .update(String(cycleSize({ size })))
    .digest('hex');
`,
  'src/jobs/registry.ts': `import { z } from 'zod';
import { queuesSize } from '../core/queues/index.ts';

export const parseSize = (value: unknown): number => queuesSize({ size: z.number().parse(value) });
`,
  'src/kube/client.ts': `import { KubeConfig } from '@kubernetes/client-node';
import { setTimeout } from 'node:timers/promises';
import { request } from 'undici';
import { queue, type Queue } from '../api/queue.ts';

export async function fetchQueue(): Promise<Queue> {
  await setTimeout(1);
  const answer = await request(String(new KubeConfig().getCurrentCluster()?.server));
  return queue.parse(await answer.body.json());
}
`,
  'src/observability/metrics.ts': `import express from 'express';
import { register } from 'prom-client';

export const metricsApp = express().get('/metrics', async (_request, response) => {
  response.send(await register.metrics());
});
`,
  'src/controllers/queue-controller.ts': `import { fetchQueue } from '../kube/client.ts';
import { metricsApp } from '../observability/metrics.ts';
import { parseSize } from '../jobs/registry.ts';
import { digest } from '../state/picture.ts';

export async function reconcile(): Promise<string> {
  metricsApp.disable('etag');
  return digest(parseSize((await fetchQueue()).size));
}
`,
  'webhooks/server.ts': `import express, { type Request, type Response } from 'express';
import forge from 'node-forge';
import { amountsSize } from '../src/core/amounts/index.ts';

export const webhookApp = express().post('/', (request: Request, response: Response) => {
  response.send(forge.util.encode64(request.path) + String(amountsSize({ size: 1 })));
});
`,
  'src/main.ts': `import { stringify } from 'yaml';
import { reconcile } from './controllers/queue-controller.ts';
import { webhookApp } from '../webhooks/server.ts';

webhookApp.disable('etag');
console.log(stringify(await reconcile()));
`,
  'test/builders/a-queue.ts': `import type { Queue } from '../../src/api/queue.ts';

export const aQueue = (): Queue => ({ size: 1 });
`,
  'test/properties/size.test.ts': `import fc from 'fast-check';
import { test } from 'vitest';
import { amountsSize } from '../../src/core/amounts/index.ts';
import { aQueue } from '../builders/a-queue.ts';

test('the size never changes', () => {
  fc.assert(fc.property(fc.nat(), (size) => amountsSize({ ...aQueue(), size }) === size));
});
`,
};
