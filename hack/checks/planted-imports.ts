/** A file that breaks one rule of hack/dependency-rules.cjs: who imports, what, and the rule that must say so. */
export interface PlantedImport {
  readonly rule: string;
  readonly from: string;
  readonly text: string;
}

const importing = (specifier: string): string =>
  `import * as planted from '${specifier}';\n\nexport const held = planted;\n`;

const importingType = (name: string, specifier: string): string =>
  `import type { ${name} } from '${specifier}';\n\nexport type Held${name} = ${name};\n`;

const layerViolations: PlantedImport[] = [
  { rule: 'layer-api', from: 'src/api/p-core.ts', text: importing('../core/amounts/index.ts') },
  { rule: 'layer-api', from: 'src/api/p-node.ts', text: importing('node:fs') },
  { rule: 'layer-api', from: 'src/api/p-yaml.ts', text: importing('yaml') },
  { rule: 'layer-core', from: 'src/core/amounts/p-node.ts', text: importing('node:crypto') },
  { rule: 'layer-core', from: 'src/core/amounts/p-zod.ts', text: importing('zod') },
  { rule: 'layer-core', from: 'src/core/amounts/p-state.ts', text: importing('../../state/picture.ts') },
  {
    rule: 'layer-core',
    from: 'src/core/amounts/p-zod-type.ts',
    text: importingType('ZodType', 'zod'),
  },
  { rule: 'layer-state', from: 'src/state/p-zod.ts', text: importing('zod') },
  { rule: 'layer-state', from: 'src/state/p-node.ts', text: importing('node:fs') },
  { rule: 'layer-state', from: 'src/state/p-jobs.ts', text: importing('../jobs/registry.ts') },
  { rule: 'layer-jobs', from: 'src/jobs/p-kube.ts', text: importing('../kube/client.ts') },
  { rule: 'layer-jobs', from: 'src/jobs/p-state.ts', text: importing('../state/picture.ts') },
  {
    rule: 'layer-jobs',
    from: 'src/jobs/p-client.ts',
    text: importingType('V1Job', '@kubernetes/client-node'),
  },
  { rule: 'layer-kube', from: 'src/kube/p-state.ts', text: importing('../state/picture.ts') },
  { rule: 'layer-kube', from: 'src/kube/p-core.ts', text: importing('../core/amounts/index.ts') },
  { rule: 'layer-kube', from: 'src/kube/p-express.ts', text: importing('express') },
  { rule: 'layer-observability', from: 'src/observability/p-undici.ts', text: importing('undici') },
  { rule: 'layer-observability', from: 'src/observability/p-kube.ts', text: importing('../kube/client.ts') },
  {
    rule: 'layer-controllers',
    from: 'src/controllers/p-webhooks.ts',
    text: importing('../../webhooks/server.ts'),
  },
  { rule: 'layer-controllers', from: 'src/controllers/p-main.ts', text: importing('../main.ts') },
  {
    rule: 'layer-controllers',
    from: 'src/controllers/p-client.ts',
    text: importing('@kubernetes/client-node'),
  },
  {
    rule: 'layer-webhooks',
    from: 'webhooks/p-controllers.ts',
    text: importing('../src/controllers/queue-controller.ts'),
  },
  { rule: 'layer-webhooks', from: 'webhooks/p-client.ts', text: importing('@kubernetes/client-node') },
];

const testLayerViolations: PlantedImport[] = [
  ['api', 'src/api/p.test.ts', '../core/amounts/index.ts'],
  ['core', 'src/core/quota/p.test.ts', '../../state/picture.ts'],
  ['state', 'src/state/p.test.ts', '../kube/client.ts'],
  ['jobs', 'src/jobs/p.test.ts', '../kube/client.ts'],
  ['kube', 'src/kube/p.test.ts', '../state/picture.ts'],
  ['observability', 'src/observability/p.test.ts', '../kube/client.ts'],
  ['controllers', 'src/controllers/p.test.ts', '../../webhooks/server.ts'],
  ['webhooks', 'webhooks/p.test.ts', '../src/controllers/queue-controller.ts'],
].map(([folder, from = '', specifier = '']) => ({
  rule: `layer-${folder}-tests`,
  from,
  text: importing(specifier),
}));

/** Each part of the core reaches for its right neighbour. */
const coreOrderViolations: PlantedImport[] = [
  ['amounts', 'workload'],
  ['workload', 'queues'],
  ['queues', 'quota'],
  ['quota', 'topology'],
  ['topology', 'flavors'],
  ['flavors', 'preemption'],
  ['preemption', 'cycle'],
].map(([part, right]) => ({
  rule: `core-leftwards-${part}`,
  from: `src/core/${part}/p-right.ts`,
  text: importing(`../${right}/index.ts`),
}));

const coreDoorViolations: PlantedImport[] = [
  {
    rule: 'core-types-only-from-api',
    from: 'src/core/quota/p-value.ts',
    text: importing('../../api/queue.ts'),
  },
  {
    rule: 'core-types-only-from-api',
    from: 'src/core/quota/p-both.ts',
    text: `${importingType('Queue', '../../api/queue.ts')}\n${importing('../../api/queue.ts')}`,
  },
  { rule: 'core-known-parts', from: 'src/state/p-stray.ts', text: importing('../core/stray.ts') },
  { rule: 'core-front-door', from: 'src/state/p-door.ts', text: importing('../core/quota/size.ts') },
  {
    rule: 'core-front-door',
    from: 'test/builders/p-door.ts',
    text: importing('../../src/core/quota/size.ts'),
  },
  { rule: 'core-front-door-inside', from: 'src/core/quota/p-door.ts', text: importing('../amounts/size.ts') },
];

const otherViolations: PlantedImport[] = [
  {
    rule: 'program-not-to-test-or-hack',
    from: 'webhooks/p-test.ts',
    text: importing('../test/builders/a-queue.ts'),
  },
  {
    rule: 'program-not-to-test-or-hack',
    from: 'src/p-hack.ts',
    text: importing('../hack/checks/summary-reporter.ts'),
  },
  {
    rule: 'not-to-a-test-file',
    from: 'test/builders/p-test.ts',
    text: importing('../properties/size.test.ts'),
  },
  { rule: 'not-to-dev-dependency', from: 'src/p-dev.ts', text: importing('fast-check') },
  { rule: 'not-undeclared', from: 'src/p-undeclared.ts', text: importing('acorn') },
  { rule: 'not-unresolvable', from: 'src/p-missing.ts', text: importing('./nowhere.ts') },
  { rule: 'no-cycles', from: 'src/kube/p-cycle-a.ts', text: importingType('HeldA', './p-cycle-b.ts') },
  { rule: 'no-orphans', from: 'src/kube/p-orphan.ts', text: 'export const alone = 1;\n' },
  { rule: 'no-vague-names', from: 'src/kube/p-vague.ts', text: importing('./utils.ts') },
  { rule: 'no-vague-names', from: 'test/builders/p-vague.ts', text: importing('./helpers/words.ts') },
];

export const plantedImports: readonly PlantedImport[] = [
  ...layerViolations,
  ...testLayerViolations,
  ...coreOrderViolations,
  ...coreDoorViolations,
  ...otherViolations,
];

/** What the planted files import besides the clean tree. */
export const importedByPlants: Readonly<Record<string, string>> = {
  'src/core/stray.ts': 'export const stray = 1;\n',
  'src/kube/p-cycle-b.ts': importingType('HeldHeldA', './p-cycle-a.ts').replace('HeldHeldHeldA', 'HeldA'),
  'src/kube/utils.ts': 'export const vague = 1;\n',
  'test/builders/helpers/words.ts': 'export const vague = 1;\n',
};
