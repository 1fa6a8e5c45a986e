/** Further lines of a file say nothing about the cluster to a reviewer. The same is true for the rest of a long line. */
const mostLines = 10;
const mostCharacters = 150;

/**
 * What a host will get, for a reader of the preview of a first `up`: Pulumi itself shows only three lines of a new resource's text, which
 * end before the first rule.
 */
export function announcement(who: string, document: string): string {
  const facts = document.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return [`${who} will get:`, ...shortened(facts).map((line) => `  ${line}`)].join("\n");
}

/** The same if a part of the text is secret. Which part it is, is not known here any more. */
export function secretAnnouncement(who: string): string {
  return `${who} will get what it never had; it holds a secret, so it is not shown here`;
}

function shortened(facts: string[]): string[] {
  const shown: string[] = [];
  let content = 0;
  const close = () => {
    if (content > mostLines) shown.push(`| … ${content - mostLines} more`);
    content = 0;
  };
  for (const fact of facts) {
    if (!fact.startsWith("|")) {
      close();
      shown.push(fact);
    } else if (++content <= mostLines) {
      shown.push(fact.length > mostCharacters ? `${fact.slice(0, mostCharacters)}…` : fact);
    }
  }
  close();
  return shown;
}
