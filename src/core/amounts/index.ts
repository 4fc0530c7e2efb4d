export {
  addAmounts,
  clampAmount,
  LOWEST,
  multiplyAmount,
  scaleAmount,
  subtractAmounts,
  UNLIMITED,
} from './amount.ts';
export type { Amount } from './amount.ts';
export {
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  multiplyNano,
  parseQuantity,
} from './quantity.ts';
export type { Quantity, QuantityValue } from './quantity.ts';
export {
  amountOfNano,
  formatAmount,
  formatLimit,
  PODS_RESOURCE,
  quotaAmount,
  requestAmount,
} from './resource-amounts.ts';
export {
  addUsage,
  flavorOf,
  flavorResource,
  multiplyRequests,
  resourceOf,
  scaleRequests,
  subtractUsage,
} from './usage.ts';
export type { FlavorResource, Requests, Usage } from './usage.ts';
