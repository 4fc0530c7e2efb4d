export { addAmounts, clampAmount, scaleAmount, subtractAmounts, UNLIMITED } from './amount.ts';
export type { Amount } from './amount.ts';
export { canonicalQuantity, compareQuantities, multiplyNano, parseQuantity } from './quantity.ts';
export {
  amountOfNano,
  formatAmount,
  formatLimit,
  formatNano,
  nanoOfAmount,
  PODS_RESOURCE,
  quotaAmount,
  requestAmount,
} from './resource-amounts.ts';
export { addUsage, flavorOf, flavorResource, multiplyRequests, resourceOf, scaleRequests } from './usage.ts';
export type { FlavorResource, Requests, Usage } from './usage.ts';
