/** A public key of this kind, as far as its form goes. */
export function named(algorithm: string): string {
  const name = Buffer.from(algorithm);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(name.length);
  return `${algorithm} ${Buffer.concat([length, name, Buffer.from("key")]).toString("base64")}`;
}
