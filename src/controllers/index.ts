export type { ControllerContext, ControllerSettings } from './context.ts';
export { ControlLoop } from './control-loop.ts';
export { figureSource } from './figures.ts';
export { ObjectWriter } from './object-writer.ts';
export { decisionKinds, jobKindOf } from './watched-kinds.ts';
export type { WatchedKind } from './watched-kinds.ts';
