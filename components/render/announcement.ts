/** More lines of a file than these tell a reviewer nothing about the cluster; nor does more of a line. */
const mostLines = 10;
const mostCharacters = 150;

/**
 * What a host is to get, for whoever reads the preview of a first `up`: Pulumi itself shows three lines of a new
 * resource's text, which is not as far as the first rule.
 */
export function announcement(who: string, document: string): string {
  const facts = document.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return [`${who} will get:`, ...shortened(facts).map((line) => `  ${line}`)].join("\n");
}

/** The same where something in it is secret: which part is not known here any more. */
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
