/** A rule in the API server's expression language, with the text shown when it is broken. */
export interface CelRule {
  readonly message: string;
  readonly rule: string;
}

/** Schema metadata that carries the rules, in the order in which the API server reports them. */
export function celRules(...rules: CelRule[]): { 'x-kubernetes-validations': CelRule[] } {
  return { 'x-kubernetes-validations': rules.map(({ message, rule }) => ({ message, rule })) };
}

export const immutable: CelRule = { message: 'field is immutable', rule: 'self == oldSelf' };

/** No item of a list stands in it twice. */
export const uniqueItems: CelRule = {
  message: 'must be unique',
  rule: 'size(self.filter(i, size(self.filter(j, j == i)) > 1)) == 0',
};

/** Exactly one of two optional fields is present. */
export function exactlyOneOf(first: string, second: string, rule?: string): CelRule {
  return {
    message: `exactly one of the fields in [${first} ${second}] must be set`,
    rule: rule ?? `[has(self.${first}),has(self.${second})].filter(x,x==true).size() == 1`,
  };
}
