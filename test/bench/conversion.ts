import { convertReview } from '../../src/api/index.ts';

// Converts Workloads one after another through the whole path of a review, JSON included, and prints the rate.
const count = Number(process.argv[2] ?? 50_000);

function aStoredWorkload(index: number): object {
  return {
    apiVersion: 'kueue.x-k8s.io/v1beta2',
    kind: 'Workload',
    metadata: {
      name: `job-training-${index}-a1b2c`,
      namespace: `team-${index % 20}`,
      uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      resourceVersion: String(index),
      generation: 1,
      creationTimestamp: '2026-08-22T10:00:00Z',
      finalizers: ['kueue.x-k8s.io/resource-in-use'],
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: `training-${index}`, uid: 'u' }],
    },
    spec: {
      active: true,
      priority: index % 100,
      priorityClassRef: { group: 'kueue.x-k8s.io', kind: 'WorkloadPriorityClass', name: 'normal' },
      queueName: 'main',
      podSets: [{ name: 'main', count: 8, template: aTemplate() }],
    },
    status: aStatus(),
  };
}

function aTemplate(): object {
  return {
    metadata: { labels: { app: 'training' } },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 30,
      containers: [
        {
          name: 'main',
          image: 'registry.example.com/training:1.2.3',
          command: ['python', '-m', 'training', '--epochs', '10'],
          env: Array.from({ length: 10 }, (_, index) => ({
            name: `SETTING_${index}`,
            value: `value-${index}`,
          })),
          resources: { requests: { cpu: '4', memory: '16Gi', 'nvidia.com/gpu': '1' } },
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        },
      ],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    },
  };
}

function aStatus(): object {
  const slices = [
    {
      domainCount: 8,
      valuesPerLevel: [{ individual: { prefix: 'node-', roots: ['1', '2', '3', '4', '5', '6', '7', '8'] } }],
      podCounts: { universal: 1 },
    },
  ];
  return {
    admission: {
      clusterQueue: 'training',
      podSetAssignments: [
        {
          name: 'main',
          count: 8,
          flavors: { cpu: 'default', memory: 'default', 'nvidia.com/gpu': 'h100' },
          resourceUsage: { cpu: '32', memory: '128Gi', 'nvidia.com/gpu': '8' },
          topologyAssignment: { levels: ['kubernetes.io/hostname'], slices },
        },
      ],
    },
    conditions: ['QuotaReserved', 'Admitted', 'PodsReady'].map((type) => ({
      type,
      status: 'True',
      reason: type,
      message: `${type} is what this Workload is`,
      lastTransitionTime: '2026-08-22T10:00:01Z',
      observedGeneration: 1,
    })),
  };
}

function reviewText(object: unknown, desiredAPIVersion: string): string {
  const request = { uid: 'review', desiredAPIVersion, objects: [object] };
  return JSON.stringify({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview', request });
}

/** Runs all reviews, prints how fast that was, and returns the objects they gave. */
function run(title: string, reviews: readonly string[]): unknown[] {
  const before = performance.now();
  const cpuBefore = process.cpuUsage();
  const answers = reviews.map((review) => JSON.stringify(convertReview(JSON.parse(review))));
  const elapsedMs = performance.now() - before;
  const cpuMs = Math.round(process.cpuUsage(cpuBefore).user / 1000);
  const rate = Math.round((reviews.length / elapsedMs) * 1000);
  console.log(
    `${title}: ${reviews.length} Workloads in ${Math.round(elapsedMs)} ms (${cpuMs} ms CPU), ${rate} objects/s`,
  );
  return answers.map((answer) => {
    const { review } = JSON.parse(answer) as { review: { response: { convertedObjects: unknown[] } } };
    return review.response.convertedObjects[0];
  });
}

const stored = Array.from({ length: count }, (_, index) => aStoredWorkload(index));
const v1beta1 = 'kueue.x-k8s.io/v1beta1';
const old = run(
  'v1beta2 to v1beta1',
  stored.map((object) => reviewText(object, v1beta1)),
);
run(
  'v1beta1 to v1beta2',
  old.map((object) => reviewText(object, 'kueue.x-k8s.io/v1beta2')),
);
