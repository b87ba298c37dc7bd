/** Where a document has to say in which encoding it is. https://html.spec.whatwg.org/#charset */
const PRESCAN_BYTES = 1024;
const IN_HEADER = /;\s*charset\s*=\s*"?([\w:.-]{1,40})/i;
const IN_DOCUMENT = /charset\s*=\s*["']?\s*([\w:.-]{1,40})/i;

function decoderFor(label: string | undefined): InstanceType<typeof TextDecoder> | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label);
  } catch {
    // No encoding has this name.
    return undefined;
  }
}

/** The text of a document: by its byte order mark, its header, what it says itself, or as UTF-8. */
export function decodeText(body: Buffer, contentType: string): string {
  if (body[0] === 0xfe && body[1] === 0xff) return new TextDecoder('utf-16be').decode(body);
  if (body[0] === 0xff && body[1] === 0xfe) return new TextDecoder('utf-16le').decode(body);
  const inHeader = decoderFor(IN_HEADER.exec(contentType)?.[1]);
  const beginning = body.subarray(0, PRESCAN_BYTES).toString('latin1');
  return (inHeader ?? decoderFor(IN_DOCUMENT.exec(beginning)?.[1]) ?? new TextDecoder()).decode(body);
}
