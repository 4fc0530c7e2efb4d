import { renderFieldErrors } from './field-errors.ts';
import type { FieldError } from './field-errors.ts';
import { jsonPatch } from './json-patch.ts';

/** What the API server asks, as far as it is read (`admission.k8s.io/v1`). */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly name?: string;
  readonly namespace?: string;
  readonly subResource?: string;
  readonly object?: object | null;
  readonly oldObject?: object | null;
}

/** The answer to one request. */
export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly patchType?: 'JSONPatch';
  readonly patch?: string;
  readonly status?: { readonly code: number; readonly reason?: string; readonly message: string };
}

/** Where a request's object lives; its own metadata may lack the namespace while it is being created. */
export interface RequestPlace {
  readonly namespace: string;
}

/** One kind's defaulting and validation; both see objects that the API server has decoded and defaulted. */
export interface KindWebhook {
  readonly default?: (object: object, place: RequestPlace) => object | Promise<object>;
  readonly validate?: (object: object, old: object | undefined, place: RequestPlace) => FieldError[];
}

/** Answers a mutating request with the smallest patch; a failure to default is a denial (I-1.6). */
export async function answerMutation(
  request: AdmissionRequest,
  webhook: KindWebhook,
): Promise<AdmissionResponse> {
  const { uid, object } = request;
  if (!webhook.default || !object) return allow(uid);
  try {
    const patch = jsonPatch(object, await webhook.default(object, placeOf(request)));
    if (patch.length === 0) return allow(uid);
    return {
      ...allow(uid),
      patchType: 'JSONPatch',
      patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
    };
  } catch (error) {
    return deny(uid, messageOf(error));
  }
}

/** Answers a validating request; a denial carries all faults in one text. */
export function answerValidation(request: AdmissionRequest, webhook: KindWebhook): AdmissionResponse {
  const { uid, object, oldObject } = request;
  if (!webhook.validate || !object) return allow(uid);
  try {
    const errors = webhook.validate(object, oldObject ?? undefined, placeOf(request));
    return errors.length === 0 ? allow(uid) : deny(uid, renderFieldErrors(errors));
  } catch (error) {
    return deny(uid, messageOf(error));
  }
}

/** The answer that lets a request pass unchanged. */
export function allow(uid: string): AdmissionResponse {
  return { uid, allowed: true };
}

/** The answer to a request that could not be read at all (A-1.9, O-6.2). */
export function reject(uid: string, code: number, message: string): AdmissionResponse {
  return { uid, allowed: false, status: { code, message } };
}

function deny(uid: string, message: string): AdmissionResponse {
  return { uid, allowed: false, status: { code: 403, reason: 'Forbidden', message } };
}

function placeOf({ namespace = '' }: AdmissionRequest): RequestPlace {
  return { namespace };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
