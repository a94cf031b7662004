/**
 * Just enough XML for the parts of a workbook: tags, attributes and text of a stream, in order. No
 * document type is read, so that no entity can grow or reach out.
 */

export interface XmlEvents {
  /** `name` without its prefix; `attributes` as they stand. */
  open(name: string, attributes: string): void;
  close(name: string): void;
  text(text: string): void;
}

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Text without entities. */
export const unescaped = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
        if (name !== undefined) return entities[name] ?? whole;
        const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        return code > 0x10ffff ? whole : String.fromCodePoint(code);
      })
    : text;

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

const patterns = new Map<string, RegExp>();

function patternOf(name: string): RegExp {
  const known = patterns.get(name);
  if (known !== undefined) return known;
  const pattern = new RegExp(`(?:^|[\\s:])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
  patterns.set(name, pattern);
  return pattern;
}

/** The value of an attribute, by its name with or without prefix. */
export function attribute(attributes: string, name: string): string | undefined {
  const found = patternOf(name).exec(attributes);
  const value = found?.[1] ?? found?.[2];
  return value === undefined ? undefined : unescaped(value);
}

/** Feed it text in order with `push`; what is incomplete waits for the next. */
export class Xml {
  readonly #events: XmlEvents;
  /** Longest tag, comment or run of text: more is no workbook. */
  readonly #most: number;
  #rest = '';

  constructor(events: XmlEvents, most: number) {
    this.#events = events;
    this.#most = most;
  }

  /** @throws Error when it is no XML, or carries a document type */
  push(chunk: string): void {
    const text = this.#rest === '' ? chunk : this.#rest + chunk;
    let at = 0;
    while (at < text.length) {
      const next = text[at] === '<' ? this.#markup(text, at) : this.#characters(text, at);
      if (next < 0) break;
      at = next;
    }
    this.#rest = text.slice(at);
    if (this.#rest.length > this.#most) throw new Error('a part of the XML is too long');
  }

  end(): void {
    if (this.#rest.trim() !== '') throw new Error('the XML is cut off');
  }

  #characters(text: string, at: number): number {
    const end = text.indexOf('<', at);
    if (end < 0) return -1;
    this.#events.text(unescaped(text.slice(at, end)));
    return end;
  }

  #markup(text: string, at: number): number {
    if (text.startsWith('<!--', at)) return behind(text, '-->', at);
    if (text.startsWith('<?', at)) return behind(text, '?>', at);
    if (text.startsWith('<![CDATA[', at)) {
      const end = behind(text, ']]>', at);
      if (end > 0) this.#events.text(text.slice(at + 9, end - 3));
      return end;
    }
    // Too short yet to tell a comment from a section.
    if (text.startsWith('<!', at)) {
      if (text.length - at < 9) return -1;
      throw new Error('the XML has a document type');
    }
    const end = text.indexOf('>', at);
    if (end < 0) return -1;
    this.#tag(text.slice(at + 1, end));
    return end + 1;
  }

  #tag(tag: string): void {
    if (tag[0] === '/') {
      this.#events.close(local(tag.slice(1).trim()));
      return;
    }
    const isEmpty = tag.endsWith('/');
    const body = isEmpty ? tag.slice(0, -1) : tag;
    const space = body.search(/\s/);
    const name = local(space < 0 ? body : body.slice(0, space));
    this.#events.open(name, space < 0 ? '' : body.slice(space));
    if (isEmpty) this.#events.close(name);
  }
}

function behind(text: string, what: string, at: number): number {
  const end = text.indexOf(what, at);
  return end < 0 ? -1 : end + what.length;
}
