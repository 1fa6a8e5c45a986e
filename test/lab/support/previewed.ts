/** What a preview with its diff shows for each host: the lines that its document gains, by the host's name. */
export function gained(preview: string): Record<string, string[]> {
  const hosts: Record<string, string[]> = {};
  let lines: string[] = [];
  for (const line of preview.split("\n")) {
    const host = /remote:Command::\w+-([a-z]\d)\]/.exec(line)?.[1];
    if (host !== undefined) lines = hosts[host] ??= [];
    else if (line.includes("[urn=")) lines = [];
    const gain = /^ *\+ (.*)$/.exec(line);
    if (gain) lines.push(gain[1]!);
  }
  return hosts;
}
