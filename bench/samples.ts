/** Seconds, one for each run. */
export type Samples = readonly number[];

export function median(samples: Samples): number {
  const sorted = [...samples].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** `4.21 s (3.90 to 5.02, 5 runs)`. */
export function inWords(samples: Samples): string {
  const [low, high] = [Math.min(...samples), Math.max(...samples)];
  const runs =
    samples.length === 1 ? "1 run" : `${low.toFixed(2)} to ${high.toFixed(2)}, ${samples.length} runs`;
  return `${median(samples).toFixed(2)} s (${runs})`;
}
