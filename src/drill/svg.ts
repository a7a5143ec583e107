/** SVG as text: elements with attributes, everything escaped. Pure; knows nothing of drills. */

export type Attributes = Readonly<Record<string, string | number>>;

/** An element with children that are elements already. */
export function el(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeXml(typeof value === 'number' ? round(value) : value)}"`)
    .join('');
  const inside = children.join('');
  return inside === '' ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>`;
}

/** An element that holds words, which may come from anywhere. */
export function words(name: string, attributes: Attributes, text: string): string {
  return el(name, attributes, escapeXml(text));
}

/** Text as XML holds it. Characters that XML 1.0 §2.2 forbids become U+FFFD. */
export function escapeXml(text: string): string {
  return (
    text
      .replace(/\p{Surrogate}/gu, '\ufffd')
      // eslint-disable-next-line no-control-regex -- these are the ones that must go
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}

/** Two digits behind the point are finer than any screen. */
function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
