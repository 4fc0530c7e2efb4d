export { keepDataVariable, start } from './control-plane.ts';
export type { ControlPlane, StartOptions } from './control-plane.ts';
export type { ComponentName, OptionalComponent } from './components.ts';
export type { KubectlOptions } from './kubectl.ts';
export type { NodeGroup, NodeTaint } from './nodes.ts';
export { podAnnotations } from './pod-annotations.ts';
