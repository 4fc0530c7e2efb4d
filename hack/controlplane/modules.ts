import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One program that a Go module builds. */
export interface Binary {
  readonly name: string;
  readonly package: string;
}

/** A pinned Go module under `go/`, and the programs that come from it. */
export interface GoModule {
  /** The folder under `go/` that holds go.mod and go.sum. */
  readonly folder: string;
  /** The module whose required version is the version of the programs. */
  readonly main: string;
  readonly binaries: readonly Binary[];
  /** What the linker writes into the programs, so that they report the version they are. */
  readonly linkerVariables: (version: string) => Readonly<Record<string, string>>;
}

/** Every Go module of the embedded control plane. A further operator is one more row and one more folder under `go/`. */
export const goModules: readonly GoModule[] = [
  {
    folder: 'etcd',
    main: 'go.etcd.io/etcd/server/v3',
    binaries: [{ name: 'etcd', package: 'go.etcd.io/etcd/server/v3' }],
    linkerVariables: () => ({}),
  },
  {
    folder: 'kubernetes',
    main: 'k8s.io/kubernetes',
    binaries: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'].map((name) => ({
      name,
      package: `k8s.io/kubernetes/cmd/${name}`,
    })),
    linkerVariables: kubernetesVersionVariables,
  },
  {
    folder: 'kwok',
    main: 'sigs.k8s.io/kwok',
    binaries: [{ name: 'kwok', package: 'sigs.k8s.io/kwok/cmd/kwok' }],
    linkerVariables: () => ({}),
  },
];

/** The folder of a module's go.mod and go.sum. */
export function moduleFolder(goModule: GoModule): string {
  return join(import.meta.dirname, 'go', goModule.folder);
}

/** The version of `path` that a go.mod requires; throws when it requires none. */
export function requiredVersion(goMod: string, path: string): string {
  const words = goMod.split('\n').map((line) =>
    line
      .replace(/^require\b/, '')
      .trim()
      .split(/\s+/),
  );
  const version = words.find(([name, candidate]) => name === path && candidate?.startsWith('v'))?.[1];
  if (version === undefined) throw new Error(`go.mod does not require ${path}.`);
  return version;
}

/** The arguments of `go build` that decide what comes out, apart from the module's pinned versions. */
export function buildFlags(goModule: GoModule): readonly string[] {
  const version = requiredVersion(
    readFileSync(join(moduleFolder(goModule), 'go.mod'), 'utf8'),
    goModule.main,
  );
  const variables = Object.entries(goModule.linkerVariables(version)).map(
    ([name, value]) => `-X ${name}=${value}`,
  );
  return ['-mod=readonly', '-buildvcs=false', '-trimpath', '-ldflags', ['-s', '-w', ...variables].join(' ')];
}

// Without a version the API server calls itself v0.0.0-master, which clients can't parse.
function kubernetesVersionVariables(version: string): Record<string, string> {
  const [major, minor] = version.replace(/^v/, '').split('.');
  const variables = {
    gitVersion: version,
    gitMajor: major ?? '',
    gitMinor: minor ?? '',
    gitTreeState: 'clean',
  };
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [`k8s.io/component-base/version.${name}`, value]),
  );
}
