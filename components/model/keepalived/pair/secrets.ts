import { type Instance, secretName } from "../vrrp/complete";

/** The secrets that documents name by `@{secret:NAME}`: the passwords of the instances that have one. */
export function secretsOf(
  instances: Instance[],
  given: { name: string; password?: string }[] | undefined,
  password: string | undefined,
): Record<string, string> {
  const own = new Map(given?.map((each) => [each.name, each.password]));
  return Object.fromEntries(
    instances.flatMap(({ name }) => {
      const value = own.get(name) ?? password;
      return value === undefined ? [] : [[secretName(name), value]];
    }),
  );
}
