import { isRecord, later, type Problem, type Shape, show } from "./shape";

const keyPattern = /^[a-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*)+$/;
const valuePattern = /^[A-Za-z0-9.,:/_-]+( [A-Za-z0-9.,:/_-]+)*$/;

/** Kernel parameters by name. A user cannot set those that the component sets itself (`taken`). */
export const sysctls =
  (taken: readonly string[] | undefined): Shape =>
  (given, path) => {
    if (given === later) return [];
    if (!isRecord(given)) return [{ path, reason: `${show(given)} is not an object of kernel parameters` }];
    return Object.entries(given).flatMap(([key, setting]): Problem[] => {
      const here = `${path}[${show(key)}]`;
      if (!keyPattern.test(key)) {
        return [{ path: here, reason: "is not a kernel parameter such as net.ipv4.vs.expire_nodest_conn" }];
      }
      if (taken?.includes(key))
        return [
          { path: here, reason: "is set by the component itself, to what its method of forwarding needs" },
        ];
      if (setting === later || setting === undefined) return [];
      return typeof setting === "string" && valuePattern.test(setting)
        ? []
        : [
            {
              path: here,
              reason: `${show(setting)} is not a kernel parameter's value: give words and numbers as text, one blank between them`,
            },
          ];
    });
  };
