import {
  encodeMap,
  encodeValue,
  isWrappedSecret,
  Secret,
  wrapSecret,
  type Json,
  type PropertyMap,
  type Value,
} from "../wire/values.js";
import type { Crypter } from "./passphrase.js";

/** Turns property maps into what the state file holds and back: secrets only as ciphertext. */
export class Vault {
  // One secret keeps one ciphertext, or every write of the state would change every secret in it.
  private readonly sealed = new WeakMap<Secret, string>();

  constructor(
    private readonly reader: Crypter,
    private readonly writer: Crypter = reader,
  ) {}

  get salt(): string {
    return this.writer.salt;
  }

  seal(map: PropertyMap): { [key: string]: Json } {
    return encodeMap(map, (secret) => this.sealSecret(secret));
  }

  open(json: Json): PropertyMap {
    return this.openValue(json) as PropertyMap;
  }

  private sealSecret(secret: Secret): Json {
    let ciphertext = this.sealed.get(secret);
    if (ciphertext === undefined) {
      ciphertext = this.writer.encrypt(plain(secret));
      this.sealed.set(secret, ciphertext);
    }
    return wrapSecret({ ciphertext });
  }

  private openValue(json: Json, decrypt = (text: string) => this.reader.decrypt(text)): Value {
    if (json === null || typeof json !== "object") return json;
    if (Array.isArray(json)) return json.map((element) => this.openValue(element, decrypt));
    if (isWrappedSecret(json)) {
      const { ciphertext, plaintext } = json;
      const text = ciphertext === undefined ? plaintext : decrypt(ciphertext);
      const secret = new Secret(this.openValue(JSON.parse(text ?? "null") as Json, asItIs));
      const kept = this.reader === this.writer && decrypt !== asItIs;
      if (ciphertext !== undefined && kept) this.sealed.set(secret, ciphertext);
      return secret;
    }
    return Object.fromEntries(
      Object.entries(json).map(([key, value]) => [key, this.openValue(value, decrypt)]),
    );
  }
}

const asItIs = (text: string): string => text;

/** A secret inside a secret is marked, but not encrypted once more. */
function plain(secret: Secret): string {
  return JSON.stringify(encodeValue(secret.value, (nested) => wrapSecret({ ciphertext: plain(nested) })));
}
