import type { KubeClient } from './kube/index.ts';
import type { AccessReviews, User } from './observability/index.ts';

interface TokenReview {
  readonly status?: { readonly authenticated?: boolean; readonly user?: User };
}
interface SubjectAccessReview {
  readonly status?: { readonly allowed?: boolean };
}

/** Asks the API server who may read the metrics (O-9.2). */
export function accessReviews(client: KubeClient): AccessReviews {
  return {
    authenticate: async (token) => {
      const review = await post<TokenReview>(client, tokenReviews, { token });
      return review.status?.authenticated === true ? review.status.user : undefined;
    },
    authorize: async ({ username, groups, uid, extra }, path, verb) => {
      const nonResourceAttributes = { path, verb };
      const spec = { user: username, groups, uid, extra, nonResourceAttributes };
      const review = await post<SubjectAccessReview>(client, subjectAccessReviews, spec);
      return review.status?.allowed === true;
    },
  };
}

interface ReviewKind {
  readonly group: string;
  readonly kind: string;
}

const tokenReviews: ReviewKind = { group: 'authentication.k8s.io', kind: 'TokenReview' };
const subjectAccessReviews: ReviewKind = { group: 'authorization.k8s.io', kind: 'SubjectAccessReview' };

async function post<Review>(client: KubeClient, { group, kind }: ReviewKind, spec: object): Promise<Review> {
  const path = `/apis/${group}/v1/${kind.toLowerCase()}s`;
  const body = { apiVersion: `${group}/v1`, kind, spec };
  const answer = await client.raw('POST', path, { body });
  return JSON.parse(answer.text) as Review;
}
