/** Who a bar or a line belongs to; ours stands out. */
export type Tone = "ours" | "other" | "quiet";

export const WIDTH = 720;

/** Colours for a page of either brightness, without a background of their own. */
const STYLE = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px }
  .small { font-size: 12px; fill: #59636e }
  .grid { stroke: #d1d9e0; stroke-width: 1 }
  .whisker { stroke: #1f2328; stroke-width: 1.5; fill: none }
  .ours { fill: #0969da; stroke: #0969da } .other { fill: #afb8c1; stroke: #818b98 } .quiet { fill: #d1d9e0; stroke: #afb8c1 }
  polyline { stroke-width: 2 } polyline.ours { stroke-width: 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #9198a1 } .grid { stroke: #30363d } .whisker { stroke: #e6edf3 }
    .ours { fill: #58a6ff; stroke: #58a6ff } .other { fill: #656c76; stroke: #9198a1 } .quiet { fill: #3d444d; stroke: #656c76 }
  }`;

/** An SVG document of the usual width. @param title also what a screen reader says */
export function frame(title: string, height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}\n</style>`,
    text(0, 18, title, "title"),
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

export function text(
  x: number,
  y: number,
  content: string,
  style = "",
  anchor: "start" | "middle" | "end" = "start",
): string {
  const look = style === "" ? "" : ` class="${style}"`;
  return `<text x="${px(x)}" y="${px(y)}"${look} text-anchor="${anchor}">${escaped(content)}</text>`;
}

export const line = (x1: number, y1: number, x2: number, y2: number, style: string): string =>
  `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" class="${style}"/>`;

export const rect = (x: number, y: number, width: number, height: number, style: string): string =>
  `<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" rx="2" class="${style}" style="stroke: none"/>`;

/** A tenth of a pixel is as fine as an eye sees, and keeps the files' differences small. */
export const px = (value: number): string => String(Math.round(value * 10) / 10);

const escaped = (content: string): string =>
  content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
