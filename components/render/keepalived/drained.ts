// A real server of weight 0. Some releases of keepalived do not honour this weight. They get other lines, so that the kernel has weight 0
// from the start, after reloads and after reboots.
import { zeroWeight, zeroWeightShortOfQuorum } from "../../model/keepalived/releases/releases";
import type { PairService } from "../../model/keepalived/service/complete";
import type { ConfigLine } from "../document";
import { block, line, lines, forReleases } from "./lines";

/**
 * The weight for such a release instead of 0. keepalived sends a weight to the kernel only if it differs from the one in its old
 * configuration, so a server that gets a weight again must not get this one. It is small, because on a reload it is in effect for the few
 * milliseconds until the check has run.
 */
const standIn = 7;

/**
 * `inhibit_on_failure` and `alpha` add the server with weight 0, because its check has not succeeded yet (ipvswrapper.c, ipvs_cmd). 2.1
 * keeps this weight if the check always fails. 2.0 before 2.0.14 would, on a reload, forget to send the weight of a server that was healthy
 * before. But it accepts 0 from a dynamic check, whose exit status is the weight plus 2 (check_misc.c), and sends it to the kernel when
 * that check succeeds. expr(1) without arguments exits with 2, and false(1) with 1. `rest` is for releases that honour 0; in the other
 * releases the server's check fails on purpose, so scripts about it would report something untrue.
 */
export function zeroWeightLines(service: PairService, rest: ConfigLine[]): ConfigLine[] {
  const weights = service.destinations.reduce((sum, { weight }) => sum + weight, 0);
  const short = weights < service.quorum;
  const { honoured, refused, raised } = short ? zeroWeightShortOfQuorum : zeroWeight;
  const instead = (path: string, ...more: string[]) => [
    ...lines(`weight ${short ? Math.max(standIn, service.quorum) : standIn}`, "inhibit_on_failure", "alpha"),
    ...block("MISC_CHECK", lines(`misc_path "${path}"`, ...more, "warmup 0")),
  ];
  return [
    ...honoured.flatMap((releases) => forReleases(releases, [line("weight 0"), ...rest])),
    ...forReleases(refused, instead("/usr/bin/expr", "misc_dynamic")),
    ...forReleases(raised, instead("/bin/false")),
  ];
}
