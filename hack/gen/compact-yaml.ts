import { Document, isCollection, isMap, isScalar, visit } from 'yaml';

const widthMax = 110;

/** Block style YAML, with what fits on one line and holds scalars only (or little lists) in flow style. */
export function compactYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Collection: (_key, node, path) => {
      const isNested = path.some((parent) => isMap(parent));
      if (isNested && isSmall(node) && JSON.stringify(node).length + 2 * path.length < widthMax)
        node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function isSmall(node: unknown): boolean {
  if (!isCollection(node)) return true;
  return node.items.every((item) => {
    const value = isScalar(item) || isCollection(item) ? item : (item as { value: unknown }).value;
    return isScalar(value) || (isCollection(value) && value.items.every((below) => isScalar(below)));
  });
}
