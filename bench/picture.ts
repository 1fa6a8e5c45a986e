// The ways to a real server as bars: a picture for those who compare the methods.
import type { Way } from "./row";
import { median } from "./samples";

const bar = { height: 22, gap: 8, left: 190, width: 360 };
const panels: { title: string; unit: string; part: (way: Way) => number[] }[] = [
  { title: "requests a second", unit: "", part: ({ perSecond }) => perSecond },
  { title: "99 of 100 requests answered after", unit: " ms", part: ({ slow }) => slow },
  { title: "megabytes a second", unit: "", part: ({ megabytes }) => megabytes },
];

/** An SVG of its own, without scripts, styles or fonts from elsewhere. */
export function picture(ways: Way[]): string {
  const rows = ways.length;
  const panelHeight = 34 + rows * (bar.height + bar.gap) + 14;
  const drawn = panels.map(({ title, unit, part }, index) => {
    const top = index * panelHeight;
    const most = Math.max(...ways.map((way) => median(part(way))));
    const bars = ways.map((way, row) => {
      const value = median(part(way));
      const y = top + 34 + row * (bar.height + bar.gap);
      const width = ((value / most) * bar.width).toFixed(1);
      return [
        `<text x="${bar.left - 10}" y="${y + 16}" text-anchor="end">${way.what}</text>`,
        `<rect x="${bar.left}" y="${y}" width="${width}" height="${bar.height}" fill="${row === 0 ? "#9aa5b1" : "#2f6f9f"}"/>`,
        `<text x="${bar.left + Number(width) + 6}" y="${y + 16}">${value.toFixed(0)}${unit}</text>`,
      ].join("\n");
    });
    return [`<text x="10" y="${top + 22}" font-weight="bold">${title}</text>`, ...bars].join("\n");
  });
  const [width, height] = [bar.left + bar.width + 90, panels.length * panelHeight];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}
