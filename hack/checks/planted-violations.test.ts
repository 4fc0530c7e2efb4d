import { appendFile, cp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanTree } from './clean-tree.ts';
import { importedByPlants, plantedImports } from './planted-imports.ts';
import { permitted, plantedFaults } from './planted-lint.ts';
import { PlantedTree, runScript, type CheckResult } from './planted-tree.ts';

const repository = join(import.meta.dirname, '../..');

describe('a clean tree', () => {
  let tree: PlantedTree;
  beforeAll(async () => {
    tree = await PlantedTree.create(cleanTree);
  });
  afterAll(() => tree.remove());

  test.each(['types', 'lint', 'format:check', 'deps', 'dead'])('is green under %s', async (script) => {
    expect(await tree.run(script)).toMatchObject({ exitCode: 0 });
  });
});

describe('the layers', () => {
  let result: CheckResult;
  beforeAll(async () => {
    const plants = Object.fromEntries(plantedImports.map(({ from, text }) => [from, text]));
    await using tree = await PlantedTree.create({ ...cleanTree, ...importedByPlants, ...plants });
    result = await tree.run('deps');
  });

  test('planted violations make the check fail', () => {
    expect(result.exitCode).not.toBe(0);
  });

  test.each(plantedImports)('$rule is broken by $from', ({ rule, from }) => {
    expect(result.output.split('\n').map(withoutTarget)).toContain(`error ${rule}: ${from}`);
  });

  test('no rule is without a planted violation', () => {
    const rules = createRequire(import.meta.url)('../dependency-rules.cjs') as DependencyRules;
    const planted = new Set(plantedImports.map(({ rule }) => rule));
    expect(rules.forbidden.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
  });

  test('every source of the project is seen, with its imports', async () => {
    const { output } = await runScript(repository, 'deps', '--output-type', 'json');
    const { modules } = JSON.parse(output) as CruiseReport;
    const seen = new Map(modules.map(({ source, dependencies }) => [source, dependencies.length]));
    const sources = await listSources();
    expect(sources.filter((file) => !seen.has(file))).toEqual([]);
    const importing = sources.filter((file) => (seen.get(file) ?? 0) > 0);
    expect(importing.length).toBeGreaterThan(sources.length / 2);
  });
});

describe('the lint', () => {
  let exitCode: number;
  const found = new Set<string>();
  beforeAll(async () => {
    const plants = Object.fromEntries(plantedFaults.map(({ file, text }) => [file, text]));
    await using tree = await PlantedTree.create({ ...cleanTree, ...plants });
    const result = await tree.run('lint', '--format', 'json');
    exitCode = result.exitCode;
    const { diagnostics } = JSON.parse(result.output) as LintReport;
    for (const { code, filename } of diagnostics) found.add(`${renderRule(code)} ${filename}`);
  });

  test('planted faults make the check fail', () => {
    expect(exitCode).not.toBe(0);
  });

  test.each(plantedFaults)('$rule is broken by $file', ({ rule, file }) => {
    expect([...found]).toContain(`${rule} ${file}`);
  });

  test('a long test and a printing tool are no faults', async () => {
    await using tree = await PlantedTree.create({ ...cleanTree, ...permitted });
    expect(await tree.run('lint')).toMatchObject({ exitCode: 0 });
  });

  test('no rule of ours is without a planted fault', async () => {
    const { rules } = JSON.parse(await readFile(join(repository, '.oxlintrc.json'), 'utf8')) as LintRules;
    const planted = new Set(plantedFaults.map(({ rule }) => rule));
    const switchedOn = Object.keys(rules).filter((rule) => rules[rule] !== 'off');
    expect(switchedOn.filter((rule) => !planted.has(rule))).toEqual([]);
  });
});

describe('dead code, types and format', () => {
  test('an unused file, an unused export and an unused dependency are dead', async () => {
    await using tree = await PlantedTree.create({
      ...cleanTree,
      'src/state/p-unused-file.ts': "export { digest } from './picture.ts';\n",
      'src/state/picture.ts': `${cleanTree['src/state/picture.ts']}\nexport const unusedExport = 1;\n`,
      'src/main.ts': "import './controllers/queue-controller.ts';\nimport '../webhooks/server.ts';\n",
    });
    const { exitCode, output } = await tree.run('dead');
    expect(exitCode).not.toBe(0);
    expect(output).toContain('src/state/p-unused-file.ts');
    expect(output).toMatch(/unusedExport\s+src\/state\/picture\.ts/);
    expect(output).toMatch(/yaml\s+package\.json/);
  });

  test('a wrong type, an index taken for granted and syntax that needs a compiler are type errors', async () => {
    await using tree = await PlantedTree.create({
      'src/p-wrong.ts': "export const size: number = 'one';\n",
      'webhooks/p-index.ts': 'export const first: number = [1][0];\n',
      'test/builders/p-enum.ts': 'export enum Size {\n  One,\n}\n',
    });
    const { exitCode, output } = await tree.run('types');
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/src\/p-wrong\.ts.*TS2322/);
    expect(output).toMatch(/webhooks\/p-index\.ts.*TS2322/);
    expect(output).toMatch(/test\/builders\/p-enum\.ts.*TS1294/);
  });

  test('a file that Prettier would write otherwise does not pass the format check', async () => {
    await using tree = await PlantedTree.create({ ...cleanTree, 'src/p-format.ts': 'export const a = "a"' });
    const { exitCode, output } = await tree.run('format:check');
    expect(exitCode).not.toBe(0);
    expect(output).toContain('src/p-format.ts');
  });
});

describe('generated files', () => {
  let tree: PlantedTree;
  beforeAll(async () => {
    tree = await PlantedTree.create({});
    for (const folder of ['src', 'webhooks', 'hack', 'config']) {
      await cp(join(repository, folder), join(tree.folder, folder), { recursive: true });
    }
  });
  afterAll(() => tree.remove());

  test('what was just generated is up to date', async () => {
    expect(await tree.run('gen')).toMatchObject({ exitCode: 0 });
    expect(await tree.run('gen:check')).toMatchObject({ exitCode: 0 });
  });

  test('a changed, a missing and a left over file are each named', async () => {
    const [changed = '', missing = ''] = await readdir(join(tree.folder, 'config/crd'));
    await appendFile(join(tree.folder, 'config/crd', changed), '# by hand\n');
    await rm(join(tree.folder, 'config/crd', missing));
    await tree.write('config/crd/left-over.yaml', 'kind: Nothing\n');
    const { exitCode, output } = await tree.run('gen:check');
    expect(exitCode).not.toBe(0);
    for (const name of [changed, missing, 'left-over.yaml']) expect(output).toContain(`config/crd/${name}`);
  });
});

interface DependencyRules {
  readonly forbidden: readonly { readonly name: string }[];
}

interface CruiseReport {
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly unknown[] }[];
}

interface LintReport {
  readonly diagnostics: readonly { readonly code?: string; readonly filename: string }[];
}

interface LintRules {
  readonly rules: Readonly<Record<string, unknown>>;
}

/** A violation is printed as `error rule: from → to`, one of a single file without its arrow. */
function withoutTarget(line: string): string {
  return line.replace(/ →.*$/, '').trim();
}

/** The linter prints `eslint(max-lines)` and `import(no-default-export)`; the rule file says it another way. */
function renderRule(code: string | undefined): string {
  if (code === undefined) return 'unused-disable-directive';
  return code.replace(/^eslint\((.*)\)$/, '$1').replace(/^(.*)\((.*)\)$/, '$1/$2');
}

async function listSources(): Promise<string[]> {
  const folders = ['src', 'webhooks', 'hack', 'test'];
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(repository, folder), { recursive: true })).map((file) => `${folder}/${file}`),
    ),
  );
  return files.flat().filter((file) => file.endsWith('.ts'));
}
