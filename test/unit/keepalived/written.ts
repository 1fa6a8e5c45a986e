// Texts that somebody may write in a field.
import fc from "fast-check";
import { sampleOf } from "./carriers";

/** Text with everything in it that means something to keepalived, to the document, to a shell or to awk. */
export const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...['"', "'", "\\", "{", "}", " {", "}\n", "\n", "\t", " ", "#", "!", "\\#", "\\\n", '\\"', "$", "="],
        ...[
          "$_HASH",
          "${_BANG}",
          "$X",
          "$X=1",
          "$(id)",
          "`id`",
          "%s",
          "&",
          "@",
          "@^x ",
          "~SEQ(i, 1, 9) ",
          "~",
        ],
        ...[
          "@{secret:vrrp-VI_1}",
          "@{interface:198.18.0.11}",
          "include",
          " ",
          "include /etc/passwd",
          "/",
          ",",
        ],
        ...[
          "|>=2.1.0| ",
          "| ",
          "\n# end",
          "\n[units]\n",
          "# end",
          "vrrp_strict",
          "\r",
          "\v",
          "\f",
          "\0",
          "\u007f",
        ],
        ...["\u00a0", "\u2028", "\u0085", "\ufeff", "é", "😀", "\ud800", "0", "a", "x".repeat(400), ""],
      ),
      fc.string({ maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((pieces) => pieces.join(""));

/** Nonsense, or a valid text with nonsense at one end or in its middle. */
export const written = (path: string) => {
  const { harmless, odd = [] } = sampleOf(path);
  const right = fc.constantFrom(harmless, ...odd);
  return fc.oneof(
    nasty,
    fc.tuple(right, nasty).map(([good, bad]) => good + bad),
    fc.tuple(nasty, right).map(([bad, good]) => bad + good),
    fc.tuple(right, nasty, right).map((parts) => parts.join("")),
  );
};
