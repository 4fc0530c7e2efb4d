export { keepDataVariable, start } from './control-plane.ts';
export type { ControlPlane } from './control-plane.ts';
export { podAnnotations } from './pod-annotations.ts';
