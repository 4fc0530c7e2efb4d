import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reducePodTemplate } from './reduce-pod-template.ts';

// Derives src/api/pod-template.schema.json anew; needed only when the specification moves to another release.
const kubernetesVersion = 'v1.36.3';
const target = new URL('../../src/api/pod-template.schema.json', import.meta.url);

const folder = mkdtempSync(join(tmpdir(), 'pod-template-'));
try {
  const answer = execFileSync('go', ['mod', 'download', '-json', `k8s.io/kubernetes@${kubernetesVersion}`], {
    cwd: folder,
    encoding: 'utf8',
  });
  const { Dir } = JSON.parse(answer) as { Dir: string };
  const document = readFileSync(join(Dir, 'api/openapi-spec/v3/api__v1_openapi.json'), 'utf8');
  writeFileSync(target, `${JSON.stringify(reducePodTemplate(JSON.parse(document)))}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
