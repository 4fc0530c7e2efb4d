export type { Access, AccessReviews, User } from './access-guard.ts';
export type {
  ClusterQueueFigures,
  CohortFigures,
  CohortResourceFigures,
  Figures,
  FigureSource,
  LocalQueueFigures,
  PendingFigures,
  QuotaFigures,
  UnadmittedFigures,
  UsageFigures,
} from './figures.ts';
export { HealthServer } from './health-server.ts';
export type { HealthCheck, HealthServerOptions } from './health-server.ts';
export type { ReplicaRole } from './instruments.ts';
export { createLogger } from './logger.ts';
export type { LogFields, Logger, LoggerOptions, LogLevel } from './logger.ts';
export { Metrics } from './metrics.ts';
export type { MetricsOptions, WaitedWorkload } from './metrics.ts';
export { MetricsServer } from './metrics-server.ts';
export type { MetricsServerOptions, PlainMetrics, SecureMetrics } from './metrics-server.ts';
export type { BuildFacts, WriteCounts } from './process-metrics.ts';
