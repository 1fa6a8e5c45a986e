/** The longest owner that the host program accepts. */
export const longestOwner = 200;

/** The name of an owner: `project/stack/Type/name`. All characters except ASCII letters, digits, `.`, `_` and `-` are percent-encoded. */
export function ownerName(...parts: [project: string, stack: string, type: string, name: string]): string {
  // Names of files on the host begin with it, and lists of files leave out names that begin with a dot.
  return parts.map(encode).join("/").replace(/^\./, "%2E");
}

function encode(part: string): string {
  const bytes = [...Buffer.from(part, "utf8")];
  const encoded = bytes.map((byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9._-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  // Owners are names of folders on the host: two dots in a row are always encoded.
  return encoded.join("").replaceAll("..", "%2E%2E");
}
