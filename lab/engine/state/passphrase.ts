import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

/** The CLI's passphrase secrets: PBKDF2-SHA256 with a million rounds, then AES-256-GCM. */
const rounds = 1_000_000;

export class Crypter {
  private constructor(
    private readonly key: Buffer,
    readonly salt: string,
  ) {}

  /** A new salt when none is given; otherwise the salt's own check value proves the passphrase. */
  static async open(passphrase: string, salt?: string): Promise<Crypter> {
    if (salt === undefined) {
      const bytes = randomBytes(8);
      const crypter = new Crypter(await derive(passphrase, bytes), "");
      return new Crypter(crypter.key, `v1:${bytes.toString("base64")}:${crypter.encrypt("pulumi")}`);
    }
    const parts = /^v1:([^:]+):(.+)$/.exec(salt);
    if (!parts?.[1] || !parts[2])
      throw new Error(`the encryption salt ${JSON.stringify(salt)} is not of the form v1:…:…`);
    const crypter = new Crypter(await derive(passphrase, Buffer.from(parts[1], "base64")), salt);
    try {
      crypter.decrypt(parts[2]);
    } catch {
      throw new Error(
        "incorrect passphrase: set PULUMI_CONFIG_PASSPHRASE to the one that this stack was made with",
      );
    }
    return crypter;
  }

  encrypt(plaintext: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.key, nonce);
    const body = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return `v1:${nonce.toString("base64")}:${body.toString("base64")}`;
  }

  decrypt(ciphertext: string): string {
    const [version, nonce = "", text = ""] = ciphertext.split(":");
    if (version !== "v1") throw new Error(`unknown ciphertext version ${JSON.stringify(version)}, wanted v1`);
    const body = Buffer.from(text, "base64");
    const cipher = createDecipheriv("aes-256-gcm", this.key, Buffer.from(nonce, "base64"));
    cipher.setAuthTag(body.subarray(-16));
    return Buffer.concat([cipher.update(body.subarray(0, -16)), cipher.final()]).toString("utf8");
  }
}

const derive = (passphrase: string, salt: Buffer): Promise<Buffer> =>
  promisify(pbkdf2)(passphrase, salt, rounds, 32, "sha256");
