/** Longest owner that the host program takes. */
export const longestOwner = 200;

/** Who wants something on a host: `project/stack/Type/name`, with whatever is no plain letter percent-encoded. */
export function ownerName(...parts: [project: string, stack: string, type: string, name: string]): string {
  // It is the beginning of names of files on the host, which lists of files leave out where they begin with a dot.
  return parts.map(encode).join("/").replace(/^\./, "%2E");
}

function encode(part: string): string {
  const bytes = [...Buffer.from(part, "utf8")];
  const encoded = bytes.map((byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9._-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  // Owners name folders on the host: two dots in a row are never let through as they are.
  return encoded.join("").replaceAll("..", "%2E%2E");
}
